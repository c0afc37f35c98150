#ifndef OXBOW_CCURL_H
#define OXBOW_CCURL_H
#include <curl/curl.h>
#include <sys/prctl.h>

// Swift cannot call variadic functions. One typed door for each kind of argument that curl_easy_setopt takes.

typedef size_t (*oxbow_curl_data_callback)(char *bytes, size_t size, size_t count, void *owner);
typedef int (*oxbow_curl_seek_callback)(void *owner, curl_off_t offset, int origin);

static inline CURLcode oxbow_curl_set_long(CURL *easy, CURLoption option, long value) {
    return curl_easy_setopt(easy, option, value);
}
static inline CURLcode oxbow_curl_set_size(CURL *easy, CURLoption option, curl_off_t value) {
    return curl_easy_setopt(easy, option, value);
}
static inline CURLcode oxbow_curl_set_text(CURL *easy, CURLoption option, const char *value) {
    return curl_easy_setopt(easy, option, value);
}
static inline CURLcode oxbow_curl_set_pointer(CURL *easy, CURLoption option, void *value) {
    return curl_easy_setopt(easy, option, value);
}
// The bytes are copied.
static inline CURLcode oxbow_curl_set_blob(CURL *easy, CURLoption option, const void *bytes, size_t count) {
    struct curl_blob blob = { (void *)bytes, count, CURL_BLOB_COPY };
    return curl_easy_setopt(easy, option, &blob);
}
static inline CURLcode oxbow_curl_set_list(CURL *easy, CURLoption option, struct curl_slist *value) {
    return curl_easy_setopt(easy, option, value);
}
static inline CURLcode oxbow_curl_set_data_callback(CURL *easy, CURLoption option, oxbow_curl_data_callback value) {
    return curl_easy_setopt(easy, option, value);
}
static inline CURLcode oxbow_curl_set_seek_callback(CURL *easy, oxbow_curl_seek_callback value) {
    return curl_easy_setopt(easy, CURLOPT_SEEKFUNCTION, value);
}
static inline CURLcode oxbow_curl_get_long(CURL *easy, CURLINFO info, long *value) {
    return curl_easy_getinfo(easy, info, value);
}
static inline CURLcode oxbow_curl_get_size(CURL *easy, CURLINFO info, curl_off_t *value) {
    return curl_easy_getinfo(easy, info, value);
}
static inline CURLcode oxbow_curl_get_socket(CURL *easy, curl_socket_t *value) {
    return curl_easy_getinfo(easy, CURLINFO_ACTIVESOCKET, value);
}
static inline CURLcode oxbow_curl_get_pointer(CURL *easy, CURLINFO info, void **value) {
    return curl_easy_getinfo(easy, info, value);
}
static inline CURLMcode oxbow_curl_multi_set_long(CURLM *multi, CURLMoption option, long value) {
    return curl_multi_setopt(multi, option, value);
}
// The message's result sits in a union.
static inline CURLcode oxbow_curl_message_result(const CURLMsg *message) { return message->data.result; }
// For `ps -L`; at most 15 characters. Variadic, and the GNU call hides behind a feature macro.
static inline int oxbow_curl_name_thread(const char *name) { return prctl(PR_SET_NAME, name, 0, 0, 0); }
#endif
