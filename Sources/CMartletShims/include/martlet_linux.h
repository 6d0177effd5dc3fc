#ifndef MARTLET_LINUX_H
#define MARTLET_LINUX_H

#endif
