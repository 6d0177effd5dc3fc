#ifndef MARTLET_SQLITE_H
#define MARTLET_SQLITE_H

#endif
