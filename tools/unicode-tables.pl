#!/usr/bin/perl
# unicode-tables.pl > src/core/unicode_tables.h : the two-stage tables behind
# unicode.c, from the Unicode data that perl itself carries.
use strict;
use warnings;
use Unicode::UCD qw(prop_invlist prop_invmap);

my $SHIFT = 7;
my $BLOCK = 1 << $SHIFT;
my $END = 0x110000;

my @flags = (0) x $END;

sub mark {
  my ($bit, $property) = @_;
  my @edges = prop_invlist($property);
  die "no property $property" unless @edges;
  push @edges, $END if @edges % 2;
  while (my ($from, $to) = splice @edges, 0, 2) {
    $to = $END if $to > $END;
    $flags[$_] |= $bit for $from .. $to - 1;
  }
}

mark(1, $_) for qw(Alphabetic gc=Nd gc=Mn gc=Pc);
mark(2, "White_Space");
mark(4, $_) for qw(gc=Lu gc=Lt);
mark(8, "gc=Ll");
mark(16, "gc=Nd");

my ($starts, $values, $format, $default) = prop_invmap("Simple_Case_Folding");
die "unexpected format $format" unless $format =~ /^a/;
my @delta = (0) x $END;
for my $i (0 .. $#$starts) {
  next unless $values->[$i];
  my $to = $i < $#$starts ? $starts->[$i + 1] : $END;
  for my $c ($starts->[$i] .. $to - 1) {
    $delta[$c] = $values->[$i] + ($c - $starts->[$i]) - $c;
  }
}
my %step = (0 => 0);
my @step = (0);
my @fold = map {
  $step{$_} = push(@step, $_) - 1 unless exists $step{$_};
  $step{$_}
} @delta;
die "too many steps" if @step > 256;

sub rows {
  my ($type, $name, @values) = @_;
  print "static const $type $name\[" . @values . "] = {\n";
  while (my @row = splice @values, 0, 18) {
    my $line = "  " . join(", ", @row) . (@values ? "," : "") . "\n";
    print $line;
  }
  print "};\n\n";
}

sub two_stage {
  my ($name, $values) = @_;
  my (%seen, @index, @blocks);
  for (my $at = 0; $at < $END; $at += $BLOCK) {
    my @block = @$values[$at .. $at + $BLOCK - 1];
    my $key = "@block";
    $seen{$key} //= do { push @blocks, @block; @blocks / $BLOCK - 1 };
    push @index, $seen{$key};
  }
  my $wide = @blocks / $BLOCK > 256 ? "uint16_t" : "uint8_t";
  rows($wide, "${name}_index", @index);
  rows("uint8_t", "${name}_block", @blocks);
}

print "/* unicode_tables.h - made by tools/unicode-tables.pl; not for hand. */\n";
print "#define TABLES_VERSION \"" . Unicode::UCD::UnicodeVersion() . "\"\n";
print "#define TABLES_SHIFT $SHIFT\n\n";
two_stage("class", \@flags);
two_stage("fold", \@fold);
rows("int32_t", "fold_step", @step);
