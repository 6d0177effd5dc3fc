#ifndef MARTLET_SQLITE_H
#define MARTLET_SQLITE_H

#include <stdint.h>

struct sqlite3_stmt;

/* SQLITE_TRANSIENT, which tells SQLite to copy the bytes, is a macro with a cast that Swift does not import. */
int martlet_sqlite_bind_text(struct sqlite3_stmt *statement, int index, const char *text, uint64_t count);
int martlet_sqlite_bind_blob(struct sqlite3_stmt *statement, int index, const void *bytes, uint64_t count);

#endif
