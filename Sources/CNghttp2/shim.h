#ifndef OXBOW_CNGHTTP2_H
#define OXBOW_CNGHTTP2_H
#include <nghttp2/nghttp2.h>
#endif
