#ifndef OXBOW_CARCHIVE_H
#define OXBOW_CARCHIVE_H
#include <archive.h>
#endif
