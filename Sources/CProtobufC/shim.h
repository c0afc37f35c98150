#ifndef OXBOW_CPROTOBUFC_H
#define OXBOW_CPROTOBUFC_H
#include <protobuf-c/protobuf-c.h>
#endif
