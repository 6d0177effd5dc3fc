#define _GNU_SOURCE
#include "martlet_archive.h"

#include <archive_entry.h>

const unsigned MARTLET_AE_IFMT = AE_IFMT;
const unsigned MARTLET_AE_IFREG = AE_IFREG;
const unsigned MARTLET_AE_IFLNK = AE_IFLNK;
const unsigned MARTLET_AE_IFDIR = AE_IFDIR;
const unsigned MARTLET_AE_IFCHR = AE_IFCHR;
const unsigned MARTLET_AE_IFBLK = AE_IFBLK;
const unsigned MARTLET_AE_IFIFO = AE_IFIFO;
const unsigned MARTLET_AE_IFSOCK = AE_IFSOCK;
