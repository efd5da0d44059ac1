#!/usr/bin/perl
# unicode-tables.pl > src/core/unicode_tables.h : the two-stage tables behind
# unicode.c, from the Unicode data that perl itself carries.
use strict;
use warnings;
use Unicode::Normalize qw(getCanon getCombinClass);
use Unicode::UCD qw(charinfo prop_invlist prop_invmap);

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

mark(1, $_) for qw(Alphabetic gc=Nd gc=M gc=Pc);
mark(2, "White_Space");
mark(4, $_) for qw(gc=Lu gc=Lt);
mark(8, "gc=Ll");
mark(16, "gc=Nd");
mark(32, "gc=M");
mark(64, "gc=Mn");
mark(128, $_) for qw(scx=Hani scx=Hira scx=Kana scx=Bopo lb=SA);
$_ & 0x31 ^ 1 and $_ &= ~128 for @flags; # no letter: a sign, digit or mark

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

# Canonical decompositions, of Hangul syllables none: the first part, which may
# have parts again, and with 21 bits above it the number of the second.
my (@parts, %number, @seconds, @order);
sub number_of {
  my ($second) = @_;
  $number{$second} //= push(@seconds, $second) - 1;
}
number_of(0);
my @pair = (0);
for my $c (0 .. $END - 1) {
  next if $c >= 0xd800 && $c < 0xe000;
  $order[$c] = getCombinClass($c);
  $parts[$c] = 0;
  next if $c < 0xa0 || ($c >= 0xac00 && $c < 0xd7a4) || !getCanon($c);
  my ($first, $second, @more) =
    map { hex } split / /, charinfo($c)->{decomposition};
  die "more than two parts" if @more;
  $parts[$c] = push(@pair, $first | number_of($second // 0) << 21) - 1;
}
$_ //= 0 for @parts, @order;

sub rows {
  my ($type, $name, @values) = @_;
  print "static const $type $name\[" . @values . "] = {\n";
  my $width = $type eq "uint64_t" ? 4 : 18;
  while (my @row = splice @values, 0, $width) {
    my $line = "  " . join(", ", @row) . (@values ? "," : "") . "\n";
    print $line;
  }
  print "};\n\n";
}

sub two_stage {
  my ($name, $values, $type) = @_;
  my (%seen, @index, @blocks);
  for (my $at = 0; $at < $END; $at += $BLOCK) {
    my @block = @$values[$at .. $at + $BLOCK - 1];
    my $key = "@block";
    $seen{$key} //= do { push @blocks, @block; @blocks / $BLOCK - 1 };
    push @index, $seen{$key};
  }
  pop @index while $index[-1] == $index[-2]; # zeros, which a look beyond gives
  my $wide = @blocks / $BLOCK > 256 ? "uint16_t" : "uint8_t";
  rows($wide, "${name}_index", @index);
  rows($type // "uint8_t", "${name}_block", @blocks);
}

print "/* unicode_tables.h - made by tools/unicode-tables.pl; not for hand. */\n";
print "#define TABLES_VERSION \"" . Unicode::UCD::UnicodeVersion() . "\"\n";
print "#define TABLES_SHIFT $SHIFT\n\n";
two_stage("class", \@flags);
# By the first of two bytes and, as bits, the second: words, but neither marks
# nor of scripts without spaces.
my @plain = map {
  my $lead = $_;
  my $bits = join "", map {
    $lead > 1 && ($flags[$lead << 6 | $_] & 0xa1) == 1 ? 1 : 0
  } reverse 0 .. 63;
  no warnings "portable";
  sprintf "0x%016x", oct "0b$bits";
} 0 .. 31;
rows("uint64_t", "plain_pairs", @plain);
two_stage("fold", \@fold);
rows("int32_t", "fold_step", @step);
two_stage("parts", \@parts, "uint16_t");
rows("uint32_t", "parts_pair", @pair);
rows("uint32_t", "parts_second", @seconds);
two_stage("order", \@order);
