#ifndef OXBOW_CZLIB_H
#define OXBOW_CZLIB_H
#include <zlib.h>

// Macros that Swift cannot see.
static inline int oxbow_deflate_begin(z_streamp stream) { return deflateInit(stream, Z_DEFAULT_COMPRESSION); }
static inline int oxbow_inflate_begin(z_streamp stream) { return inflateInit(stream); }
#endif
