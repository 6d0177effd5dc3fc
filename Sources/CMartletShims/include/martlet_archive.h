#ifndef MARTLET_ARCHIVE_H
#define MARTLET_ARCHIVE_H

/* Values of libarchive's macros, which Swift does not import because they hold casts. */
extern const unsigned MARTLET_AE_IFMT;
extern const unsigned MARTLET_AE_IFREG;
extern const unsigned MARTLET_AE_IFLNK;
extern const unsigned MARTLET_AE_IFDIR;
extern const unsigned MARTLET_AE_IFCHR;
extern const unsigned MARTLET_AE_IFBLK;
extern const unsigned MARTLET_AE_IFIFO;
extern const unsigned MARTLET_AE_IFSOCK;

#endif
