#ifndef MARTLET_HTTP_H
#define MARTLET_HTTP_H

#endif
