#define _GNU_SOURCE
#include "martlet_http.h"

#include <microhttpd.h>

#include <arpa/inet.h>
#include <curl/curl.h>
#include <errno.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

int martlet_curl_set_long(void *easy, unsigned option, long value) {
    return curl_easy_setopt(easy, (CURLoption)option, value);
}

int martlet_curl_set_text(void *easy, unsigned option, const char *value) {
    return curl_easy_setopt(easy, (CURLoption)option, value);
}

int martlet_curl_set_pointer(void *easy, unsigned option, const void *value) {
    return curl_easy_setopt(easy, (CURLoption)option, value);
}

int martlet_curl_set_body(void *easy, const void *bytes, size_t count) {
    int code = curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)count);
    if (code != CURLE_OK) return code;
    return curl_easy_setopt(easy, CURLOPT_COPYPOSTFIELDS, count == 0 ? "" : bytes);
}

int martlet_curl_set_blob(void *easy, unsigned option, const void *bytes, size_t count) {
    struct curl_blob blob = {.data = (void *)bytes, .len = count, .flags = CURL_BLOB_COPY};
    return curl_easy_setopt(easy, (CURLoption)option, &blob);
}

int martlet_curl_set_callback(
    void *easy, unsigned option, size_t (*callback)(char *, size_t, size_t, void *)) {
    return curl_easy_setopt(easy, (CURLoption)option, callback);
}

int martlet_curl_info_long(void *easy, unsigned info, long *value) {
    return curl_easy_getinfo(easy, (CURLINFO)info, value);
}

int martlet_curl_info_offset(void *easy, unsigned info, int64_t *value) {
    curl_off_t offset = 0;
    int code = curl_easy_getinfo(easy, (CURLINFO)info, &offset);
    *value = offset;
    return code;
}

int martlet_curl_multi_set_long(void *multi, unsigned option, long value) {
    return curl_multi_setopt(multi, (CURLMoption)option, value);
}

void *martlet_curl_next_ended(void *multi, int *result) {
    int left = 0;
    CURLMsg *message;
    while ((message = curl_multi_info_read(multi, &left)) != NULL) {
        if (message->msg != CURLMSG_DONE) continue;
        *result = message->data.result;
        return message->easy_handle;
    }
    return NULL;
}

struct MHD_Daemon *martlet_mhd_start(const struct martlet_mhd_options *options) {
    return MHD_start_daemon(
        MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME, 0, NULL, NULL, (MHD_AccessHandlerCallback)options->answer, options->context,
        MHD_OPTION_LISTEN_SOCKET, (MHD_socket)options->listening_descriptor,
        MHD_OPTION_CONNECTION_LIMIT, options->connection_limit,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, options->connection_memory,
        MHD_OPTION_CONNECTION_TIMEOUT, options->idle_timeout_seconds,
        MHD_OPTION_URI_LOG_CALLBACK, options->uri, options->context,
        MHD_OPTION_NOTIFY_COMPLETED, options->completed, options->context,
        MHD_OPTION_END);
}

int martlet_mhd_descriptor(struct MHD_Connection *connection) {
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    return info == NULL ? -1 : info->connect_fd;
}

int martlet_mhd_set_idle_timeout(struct MHD_Connection *connection, unsigned seconds) {
    return MHD_set_connection_option(connection, MHD_CONNECTION_OPTION_TIMEOUT, seconds) == MHD_YES;
}

int martlet_mhd_want_keep_alive_header(struct MHD_Response *response) {
    return MHD_set_response_options(response, MHD_RF_SEND_KEEP_ALIVE_HEADER, MHD_RO_END) == MHD_YES;
}

struct MHD_Response *martlet_mhd_stream(size_t block, void *reader, void *context, void *release) {
    return MHD_create_response_from_callback(
        MHD_SIZE_UNKNOWN, block, (MHD_ContentReaderCallback)reader, context, (MHD_ContentReaderFreeCallback)release);
}

int martlet_hangups_open(void) { return epoll_create1(EPOLL_CLOEXEC); }

int martlet_hangups_watch(int hangups, int socket, uint64_t id) {
    struct epoll_event event = {.events = EPOLLRDHUP | EPOLLONESHOT, .data = {.u64 = id}};
    if (epoll_ctl(hangups, EPOLL_CTL_ADD, socket, &event) == 0) return 0;
    return errno == EEXIST ? epoll_ctl(hangups, EPOLL_CTL_MOD, socket, &event) : -1;
}

void martlet_hangups_forget(int hangups, int socket) { epoll_ctl(hangups, EPOLL_CTL_DEL, socket, NULL); }

int martlet_hangups_stop_open(int hangups) {
    int stop = eventfd(0, EFD_CLOEXEC);
    struct epoll_event event = {.events = EPOLLIN, .data = {.u64 = 0}};
    if (stop < 0 || epoll_ctl(hangups, EPOLL_CTL_ADD, stop, &event) == 0) return stop;
    close(stop);
    return -1;
}

void martlet_hangups_stop(int stop) { eventfd_write(stop, 1); }

int martlet_hangups_wait(int hangups, uint64_t *ids, int capacity) {
    struct epoll_event events[64];
    int count = epoll_wait(hangups, events, capacity < 64 ? capacity : 64, -1);
    for (int index = 0; index < count; index++) ids[index] = events[index].data.u64;
    return count;
}

unsigned martlet_http_address(const char *text, uint16_t port, void *storage, size_t capacity) {
    struct sockaddr_in four = {.sin_family = AF_INET, .sin_port = htons(port)};
    struct sockaddr_in6 six = {.sin6_family = AF_INET6, .sin6_port = htons(port)};
    if (capacity < sizeof six) return 0;
    if (inet_pton(AF_INET, text, &four.sin_addr) == 1) {
        memcpy(storage, &four, sizeof four);
        return sizeof four;
    }
    if (inet_pton(AF_INET6, text, &six.sin6_addr) == 1) {
        memcpy(storage, &six, sizeof six);
        return sizeof six;
    }
    return 0;
}

uint16_t martlet_http_port(const void *storage) {
    struct sockaddr_in6 address;
    memcpy(&address, storage, sizeof address);
    // Both families keep the port at the same place.
    if (address.sin6_family != AF_INET && address.sin6_family != AF_INET6) return 0;
    return ntohs(address.sin6_port);
}

void martlet_http_name_thread(const char *name) { pthread_setname_np(pthread_self(), name); }

void martlet_http_block_signals(void) {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, NULL);
}
