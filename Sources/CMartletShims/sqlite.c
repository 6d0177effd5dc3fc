#define _GNU_SOURCE
#include "martlet_sqlite.h"

#include <sqlite3.h>

int martlet_sqlite_bind_text(struct sqlite3_stmt *statement, int index, const char *text, uint64_t count) {
    return sqlite3_bind_text64(statement, index, text, count, SQLITE_TRANSIENT, SQLITE_UTF8);
}

/* A null pointer would bind NULL; an empty blob is something else. */
int martlet_sqlite_bind_blob(struct sqlite3_stmt *statement, int index, const void *bytes, uint64_t count) {
    return sqlite3_bind_blob64(statement, index, count == 0 ? "" : bytes, count, SQLITE_TRANSIENT);
}
