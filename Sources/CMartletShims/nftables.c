#define _GNU_SOURCE
#include "martlet_nftables.h"

#include <nftables/libnftables.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum state { STARTING, IDLE, ASKED, ANSWERED, STOPPING, FAILED };

struct martlet_nftables {
    pthread_t thread;
    // Held by one caller of `run` at a time.
    pthread_mutex_t callers;
    // Guards all that follows.
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    enum state state;
    const char *commands;
    int code;
    char *output;
    char *error;
};

static char *copy(const char *text) { return strdup(text ? text : ""); }

static struct nft_ctx *open_context(void) {
    // Copies of every descriptor come along with a new table, and would keep files and sockets open.
    if (unshare(CLONE_FILES) != 0 || close_range(3, ~0U, 0) != 0) return NULL;
    struct nft_ctx *context = nft_ctx_new(NFT_CTX_DEFAULT);
    if (!context) return NULL;
    if (nft_ctx_buffer_output(context) != 0 || nft_ctx_buffer_error(context) != 0) {
        nft_ctx_free(context);
        return NULL;
    }
    return context;
}

static void become(struct martlet_nftables *nftables, enum state state) {
    nftables->state = state;
    pthread_cond_broadcast(&nftables->changed);
}

static void *serve(void *argument) {
    struct martlet_nftables *nftables = argument;
    struct nft_ctx *context = open_context();
    pthread_mutex_lock(&nftables->mutex);
    become(nftables, context ? IDLE : FAILED);
    while (context && nftables->state != STOPPING) {
        if (nftables->state != ASKED) {
            pthread_cond_wait(&nftables->changed, &nftables->mutex);
            continue;
        }
        nftables->code = nft_run_cmd_from_buffer(context, nftables->commands);
        nftables->output = copy(nft_ctx_get_output_buffer(context));
        nftables->error = copy(nft_ctx_get_error_buffer(context));
        become(nftables, ANSWERED);
    }
    pthread_mutex_unlock(&nftables->mutex);
    if (context) nft_ctx_free(context);
    return NULL;
}

static void await(struct martlet_nftables *nftables, enum state left) {
    while (nftables->state == left) pthread_cond_wait(&nftables->changed, &nftables->mutex);
}

struct martlet_nftables *martlet_nftables_start(void) {
    struct martlet_nftables *nftables = calloc(1, sizeof *nftables);
    if (!nftables) return NULL;
    pthread_mutex_init(&nftables->callers, NULL);
    pthread_mutex_init(&nftables->mutex, NULL);
    pthread_cond_init(&nftables->changed, NULL);
    // Signals are for the rest of the process.
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int failed = pthread_create(&nftables->thread, NULL, serve, nftables);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (failed) {
        free(nftables);
        return NULL;
    }
    pthread_mutex_lock(&nftables->mutex);
    await(nftables, STARTING);
    enum state state = nftables->state;
    pthread_mutex_unlock(&nftables->mutex);
    if (state != FAILED) return nftables;
    pthread_join(nftables->thread, NULL);
    free(nftables);
    return NULL;
}

int martlet_nftables_run(struct martlet_nftables *nftables, const char *commands, char **output, char **error) {
    pthread_mutex_lock(&nftables->callers);
    pthread_mutex_lock(&nftables->mutex);
    nftables->commands = commands;
    become(nftables, ASKED);
    await(nftables, ASKED);
    int code = nftables->code;
    *output = nftables->output;
    *error = nftables->error;
    become(nftables, IDLE);
    pthread_mutex_unlock(&nftables->mutex);
    pthread_mutex_unlock(&nftables->callers);
    return code;
}

void martlet_nftables_stop(struct martlet_nftables *nftables) {
    pthread_mutex_lock(&nftables->mutex);
    become(nftables, STOPPING);
    pthread_mutex_unlock(&nftables->mutex);
    pthread_join(nftables->thread, NULL);
    pthread_cond_destroy(&nftables->changed);
    pthread_mutex_destroy(&nftables->mutex);
    pthread_mutex_destroy(&nftables->callers);
    free(nftables);
}
