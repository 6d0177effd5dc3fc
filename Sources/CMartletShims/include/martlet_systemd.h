#ifndef MARTLET_SYSTEMD_H
#define MARTLET_SYSTEMD_H

#endif
