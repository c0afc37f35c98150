#ifndef OXBOW_CARCHIVE_H
#define OXBOW_CARCHIVE_H
#include <archive.h>
#include <archive_entry.h>
#endif
