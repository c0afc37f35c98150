#ifndef OXBOW_CCURL_H
#define OXBOW_CCURL_H
#include <curl/curl.h>
#endif
