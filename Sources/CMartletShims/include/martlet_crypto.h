#ifndef MARTLET_CRYPTO_H
#define MARTLET_CRYPTO_H

#endif
