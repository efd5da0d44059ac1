#include "status.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

const char *ic_status_name(ic_status status)
{
  switch (status) {
  case IC_OK: return "ok";
  case IC_EMEMORY: return "memory";
  case IC_EINPUT: return "input";
  case IC_ETEXT: return "text";
  case IC_ERULE: return "rule";
  case IC_ELIMIT: return "limit";
  case IC_EINTERRUPT: return "interrupt";
  case IC_ESTORE: return "store";
  case IC_ELOCKED: return "locked";
  case IC_EREADONLY: return "read_only";
  case IC_EFULL: return "disk_full";
  case IC_EFOREIGN: return "foreign";
  case IC_EDAMAGED: return "damaged";
  case IC_ENEWER: return "newer";
  case IC_EFORK: return "fork";
  }
  return "unknown";
}

static void cut_at_character(char *message, size_t size)
{
  size_t n = size - 1;
  while (n > 0 && ((unsigned char) message[n - 1] & 0xC0) == 0x80)
    n--;
  if (n > 0 && (unsigned char) message[n - 1] >= 0xC0)
    n--;
  message[n] = '\0';
}

static void fill(ic_error *err, ic_status status, size_t item, size_t at,
                 const char *format, va_list args)
{
  err->status = status;
  err->item = item;
  err->at = at;
  int n = vsnprintf(err->message, sizeof err->message, format, args);
  if (n < 0)
    err->message[0] = '\0';
  else if ((size_t) n >= sizeof err->message)
    cut_at_character(err->message, sizeof err->message);
}

ic_status ic_fail(ic_error *err, ic_status status, const char *format, ...)
{
  if (err) {
    va_list args;
    va_start(args, format);
    fill(err, status, IC_NOWHERE, IC_NOWHERE, format, args);
    va_end(args);
  }
  return status;
}

ic_status ic_fail_at(ic_error *err, ic_status status, size_t item, size_t at,
                     const char *format, ...)
{
  if (err) {
    va_list args;
    va_start(args, format);
    fill(err, status, item, at, format, args);
    va_end(args);
  }
  return status;
}
