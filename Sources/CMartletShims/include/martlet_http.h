#ifndef MARTLET_HTTP_H
#define MARTLET_HTTP_H

#include <stddef.h>
#include <stdint.h>

// libcurl: `curl_easy_setopt` and friends are variadic, which Swift does not import. Every function returns the
// CURLcode (CURLMcode for the multi handle); `option` is the value of CURLOPT_…, CURLINFO_… or CURLMOPT_….
int martlet_curl_set_long(void *easy, unsigned option, long value);
int martlet_curl_set_text(void *easy, unsigned option, const char *value);
int martlet_curl_set_pointer(void *easy, unsigned option, const void *value);
// Copies `count` bytes; for CURLOPT_COPYPOSTFIELDS.
int martlet_curl_set_body(void *easy, const void *bytes, size_t count);
// Copies `count` bytes; for the …_BLOB options.
int martlet_curl_set_blob(void *easy, unsigned option, const void *bytes, size_t count);
int martlet_curl_set_callback(
    void *easy, unsigned option, size_t (*callback)(char *, size_t, size_t, void *));
int martlet_curl_info_long(void *easy, unsigned info, long *value);
int martlet_curl_info_offset(void *easy, unsigned info, int64_t *value);
int martlet_curl_multi_set_long(void *multi, unsigned option, long value);
// The next transfer that ended, with its result; NULL when there is none.
void *martlet_curl_next_ended(void *multi, int *result);

// libmicrohttpd: options are variadic. Its own header is not included here, because a shim that brings system headers
// along would take over types that Swift knows from Glibc; so its callbacks are untyped, and checked where they are made.
struct MHD_Connection;
struct MHD_Daemon;
struct MHD_Response;
struct martlet_mhd_options {
    // Listening and non-blocking; the daemon takes it over.
    int listening_descriptor;
    unsigned connection_limit;
    // Bytes a connection may use for its request head and its output.
    size_t connection_memory;
    // 0 never ends an idle connection.
    unsigned idle_timeout_seconds;
    void *context;
    void *(*uri)(void *context, const char *uri, struct MHD_Connection *connection);
    // MHD_AccessHandlerCallback and MHD_RequestCompletedCallback.
    void *answer;
    void *completed;
};
struct MHD_Daemon *martlet_mhd_start(const struct martlet_mhd_options *options);
// The socket of a connection, or -1.
int martlet_mhd_descriptor(struct MHD_Connection *connection);
int martlet_mhd_set_idle_timeout(struct MHD_Connection *connection, unsigned seconds);
int martlet_mhd_want_keep_alive_header(struct MHD_Response *response);
// `reader` is a MHD_ContentReaderCallback, `release` a MHD_ContentReaderFreeCallback.
struct MHD_Response *martlet_mhd_stream(size_t block, void *reader, void *context, void *release);

// A set of sockets whose peers are watched for having gone away.
int martlet_hangups_open(void);
// Reports `id` once, when the peer of `socket` closed its side; closing the socket ends the watch.
int martlet_hangups_watch(int hangups, int socket, uint64_t id);
void martlet_hangups_forget(int hangups, int socket);
// Blocks until there are hang-ups; returns how many were stored, or -1 with errno.
int martlet_hangups_wait(int hangups, uint64_t *ids, int capacity);
// Makes an eventfd that is reported as id 0 once `martlet_hangups_stop` was called; -1 with errno.
int martlet_hangups_stop_open(int hangups);
void martlet_hangups_stop(int stop);

// Fills an address for `bind` from numeric text; returns its length, or 0 when the text is no address.
unsigned martlet_http_address(const char *text, uint16_t port, void *storage, size_t capacity);
// The port in an address that `getsockname` filled in; 0 for a unix socket.
uint16_t martlet_http_port(const void *storage);
void martlet_http_name_thread(const char *name);
// Blocks every signal for the calling thread, so that none is handled there and SIGPIPE cannot end the process.
void martlet_http_block_signals(void);

#endif
