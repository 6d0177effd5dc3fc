#ifndef MARTLET_ARCHIVE_H
#define MARTLET_ARCHIVE_H

#endif
