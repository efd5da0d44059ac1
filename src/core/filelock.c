#define _DEFAULT_SOURCE
#define _DARWIN_C_SOURCE
#include "filelock.h"

#include <errno.h>
#include <string.h>

#define PAUSE 20 /* milliseconds between two attempts */

#ifdef _WIN32
# include <windows.h>

static void pause_a_little(void)
{
  Sleep(PAUSE);
}

/* The file cannot be opened twice, and goes when its handle is closed. */
static ic_status attempt(ic_lock *lock, const char *path, ic_error *err)
{
  wchar_t wide[MAX_PATH * 2];
  if (!MultiByteToWideChar(CP_UTF8, 0, path, -1, wide, MAX_PATH * 2))
    return ic_fail(err, IC_ESTORE, "%s: the path is too long", path);
  HANDLE handle = CreateFileW(wide, GENERIC_READ | GENERIC_WRITE, 0, NULL,
                              OPEN_ALWAYS, FILE_FLAG_DELETE_ON_CLOSE, NULL);
  if (handle != INVALID_HANDLE_VALUE) {
    lock->handle = (intptr_t) handle;
    lock->held = 1;
    return IC_OK;
  }
  DWORD why = GetLastError();
  if (why == ERROR_SHARING_VIOLATION || why == ERROR_DELETE_PENDING)
    return IC_ELOCKED;
  return ic_fail(err, IC_EREADONLY, "%s: the lock file cannot be made", path);
}

void ic_lock_release(ic_lock *lock, const char *path)
{
  (void) path;
  if (lock->held)
    CloseHandle((HANDLE) lock->handle);
  lock->held = 0;
}
#else
# include <fcntl.h>
# include <sys/file.h>
# include <sys/stat.h>
# include <time.h>
# include <unistd.h>

static void pause_a_little(void)
{
  struct timespec wait = {0, PAUSE * 1000000L};
  nanosleep(&wait, NULL);
}

static ic_status cannot_make(const char *path, ic_error *err)
{
  if (errno == ENOSPC || errno == EDQUOT)
    return ic_fail(err, IC_EFULL, "%s: the disk is full", path);
  if (errno == EACCES || errno == EPERM || errno == EROFS)
    return ic_fail(err, IC_EREADONLY,
                   "%s: the lock file cannot be made (%s)", path,
                   strerror(errno));
  return ic_fail(err, IC_ESTORE, "%s: the lock file cannot be made (%s)", path,
                 strerror(errno));
}

/* Whether the open file is still the one that `path` names: the last holder
 * may have removed it between our open and our lock. */
static int is_current(int fd, const char *path)
{
  struct stat mine, named;
  return fstat(fd, &mine) == 0 && stat(path, &named) == 0 &&
         mine.st_dev == named.st_dev && mine.st_ino == named.st_ino;
}

static ic_status attempt(ic_lock *lock, const char *path, ic_error *err)
{
  int flags = O_CLOEXEC | O_NOFOLLOW;
  int fd = open(path, O_RDWR | O_CREAT | flags, 0666);
  if (fd < 0 && errno == EACCES)
    fd = open(path, O_RDONLY | flags);
  if (fd < 0)
    return cannot_make(path, err);
  int busy = flock(fd, LOCK_EX | LOCK_NB) != 0 &&
             (errno == EWOULDBLOCK || errno == EINTR);
  if (busy || !is_current(fd, path)) {
    close(fd);
    return IC_ELOCKED;
  }
  lock->handle = fd;
  lock->held = 1;
  return IC_OK;
}

/* Unlocking by name, not by closing alone: a forked child may still hold a
 * copy of the descriptor. */
void ic_lock_release(ic_lock *lock, const char *path)
{
  if (!lock->held)
    return;
  int fd = (int) lock->handle;
  unlink(path);
  flock(fd, LOCK_UN);
  close(fd);
  lock->held = 0;
}
#endif

ic_status ic_lock_take(ic_lock *lock, const char *path, int timeout,
                       const ic_watch *watch, ic_error *err)
{
  lock->held = 0;
  for (int waited = 0;; waited += PAUSE) {
    ic_status status = attempt(lock, path, err);
    if (status != IC_ELOCKED)
      return status;
    if (waited >= timeout)
      return ic_fail(err, IC_ELOCKED,
                     "%s: another process is writing; it did not end within "
                     "%g s", path, timeout / 1000.0);
    if (watch && watch->poll && watch->poll(watch->data, 0, 0))
      return ic_fail(err, IC_EINTERRUPT, "interrupted");
    pause_a_little();
  }
}
