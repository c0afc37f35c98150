#ifndef OXBOW_CARCHIVE_H
#define OXBOW_CARCHIVE_H
#include <archive.h>
#include <archive_entry.h>
#include <locale.h>

// libarchive turns a pax header's UTF-8 into the thread's locale, and a daemon runs in "C", where names would be lost.
// Swift cannot see the mask macro.
static inline locale_t oxbow_archive_utf8(void) { return newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0); }
#endif
