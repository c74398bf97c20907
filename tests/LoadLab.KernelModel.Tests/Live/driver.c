/* Drives TCP sockets of a network namespace of its own, line by line from standard input, and prints what the kernel answered: the reference for
 * the model's port table and connections.
 *   cc -O1 -o driver driver.c && unshare -rn ./driver < commands
 * One answer line for each command, with the milliseconds before and after it in front. Addresses are dotted IPv4, the destination may be
 * `listener`; MODE is any, noport, first or planned; END is close, reset or half. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#ifndef IP_BIND_ADDRESS_NO_PORT
#define IP_BIND_ADDRESS_NO_PORT 24
#endif
#ifndef IP_LOCAL_PORT_RANGE
#define IP_LOCAL_PORT_RANGE 51
#endif

enum { MOST = 4096 };
static int clients[MOST], clientCount, servers[MOST], serverCount, listeners[16], listenerCount;

static struct sockaddr_in at(const char *address, int port)
{
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons(port)};
    inet_pton(AF_INET, address, &a.sin_addr);
    return a;
}

static long now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void up(void)
{
    struct ifreq lo = {.ifr_name = "lo", .ifr_flags = IFF_UP | IFF_RUNNING};
    int fd = socket(AF_INET, SOCK_DGRAM, 0);
    ioctl(fd, SIOCSIFFLAGS, &lo);
    close(fd);
}

static int set(const char *name, const char *value)
{
    char path[256];
    snprintf(path, sizeof path, "/proc/sys/%s", name);
    int fd = open(path, O_WRONLY);
    int ok = fd >= 0 && write(fd, value, strlen(value)) == (ssize_t)strlen(value);
    int error = ok ? 0 : errno;
    if (fd >= 0)
        close(fd);
    return error;
}

static int listenAt(const char *address, int port, int reuse)
{
    struct sockaddr_in a = at(address, port);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    if (reuse)
        setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &reuse, sizeof reuse);
    if (bind(fd, (struct sockaddr *)&a, sizeof a) || listen(fd, MOST))
        return -errno;
    listeners[listenerCount++] = fd;
    socklen_t length = sizeof a;
    getsockname(fd, (struct sockaddr *)&a, &length);
    return ntohs(a.sin_port);
}

/* 0: connected, or the errno of bind() or connect(). */
static int connectOne(const char *mode, const char *source, int port, int low, int high, int reuse, const char *destination, int destinationPort)
{
    int fd = socket(AF_INET, SOCK_STREAM, 0), one = 1;
    if (fd < 0)
        return errno;
    if (reuse)
        setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (high) {
        unsigned range = low | (unsigned)high << 16;
        setsockopt(fd, IPPROTO_IP, IP_LOCAL_PORT_RANGE, &range, sizeof range);
    }
    if (strcmp(mode, "any")) {
        struct sockaddr_in local = at(source, strcmp(mode, "planned") ? 0 : port);
        if (!strcmp(mode, "noport"))
            setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &one, sizeof one);
        if (bind(fd, (struct sockaddr *)&local, sizeof local)) {
            int error = errno;
            close(fd);
            return error;
        }
    }
    struct sockaddr_in to = at(destination, destinationPort);
    socklen_t length = sizeof to;
    if (!strcmp(destination, "listener"))
        getsockname(listeners[0], (struct sockaddr *)&to, &length);
    if (connect(fd, (struct sockaddr *)&to, sizeof to)) {
        int error = errno;
        close(fd);
        return error;
    }
    clients[clientCount++] = fd;
    return 0;
}

static void end(const char *how, int *sockets, int *count, int ended)
{
    struct linger none = {1, 0};
    ended = ended > *count ? *count : ended;
    for (int i = 0; i < ended; i++) {
        if (!strcmp(how, "half")) {
            shutdown(sockets[i], SHUT_WR);
            continue;
        }
        if (!strcmp(how, "reset"))
            setsockopt(sockets[i], SOL_SOCKET, SO_LINGER, &none, sizeof none);
        close(sockets[i]);
    }
    if (strcmp(how, "half")) {
        memmove(sockets, sockets + ended, (*count - ended) * sizeof *sockets);
        *count -= ended;
    }
}

static void acceptAll(void)
{
    for (int i = 0; i < listenerCount; i++)
        for (int fd; serverCount < MOST && (fd = accept4(listeners[i], 0, 0, SOCK_NONBLOCK)) >= 0;)
            servers[serverCount++] = fd;
}

/* Sockets by state: of ends whose local end is a listener's (the first 12 numbers), and of all others. */
static void states(void)
{
    int counts[2][13] = {0};
    FILE *table = fopen("/proc/net/tcp", "r");
    char line[512];
    while (fgets(line, sizeof line, table)) {
        unsigned local, localPort, state;
        if (sscanf(line, "%*d: %x:%x %*x:%*x %x", &local, &localPort, &state) != 3 || state == TCP_LISTEN || state > 12)
            continue;
        int isServer = 0;
        for (int i = 0; i < listenerCount; i++) {
            struct sockaddr_in a;
            socklen_t length = sizeof a;
            getsockname(listeners[i], (struct sockaddr *)&a, &length);
            isServer |= ntohs(a.sin_port) == localPort && a.sin_addr.s_addr == local;
        }
        counts[!isServer][state]++;
    }
    fclose(table);
    for (int who = 0; who < 2; who++) {
        printf(who ? " client" : "server");
        for (int state = 1; state <= 11; state++)
            printf(" %d", counts[who][state]);
    }
    printf("\n");
}

static void counter(const char *name)
{
    static char names[8192], values[8192];
    const char *files[] = {"/proc/net/netstat", "/proc/net/snmp"};
    for (int f = 0; f < 2; f++) {
        FILE *file = fopen(files[f], "r");
        while (fgets(names, sizeof names, file) && fgets(values, sizeof values, file)) {
            char *n, *v, *nextN, *nextV;
            for (n = strtok_r(names, " \n", &nextN), v = strtok_r(values, " \n", &nextV); n && v;
                 n = strtok_r(0, " \n", &nextN), v = strtok_r(0, " \n", &nextV))
                if (!strcmp(n, name)) {
                    printf("%s\n", v);
                    fclose(file);
                    return;
                }
        }
        fclose(file);
    }
    printf("none\n");
}

int main(void)
{
    char line[512], a[128], b[128], c[128];
    int n, p, q, low, high, reuse;
    up();
    while (fgets(line, sizeof line, stdin)) {
        long begun = now();
        char *answer;
        size_t length;
        FILE *told = stdout;
        stdout = open_memstream(&answer, &length);
        if (sscanf(line, "set %127s %[^\n]", a, b) == 2)
            printf("%d\n", set(a, b));
        else if (sscanf(line, "listen %127s %d %d", a, &p, &reuse) == 3)
            printf("%d\n", listenAt(a, p, reuse));
        else if (sscanf(line, "load %d %127s %127s %d %d %d %d %127s %d", &n, a, b, &p, &low, &high, &reuse, c, &q) == 9) {
            int ok = 0, notAvailable = 0, inUse = 0, other = 0;
            for (int i = 0; i < n; i++)
                switch (connectOne(a, b, p + i, low, high, reuse, c, q)) {
                case 0: ok++; break;
                case EADDRNOTAVAIL: notAvailable++; break;
                case EADDRINUSE: inUse++; break;
                default: other++; break;
                }
            printf("%d %d %d %d\n", ok, notAvailable, inUse, other);
        } else if (sscanf(line, "clients %127s %d", a, &n) == 2) {
            end(a, clients, &clientCount, n);
            printf("%d\n", clientCount);
        } else if (sscanf(line, "servers %127s %d", a, &n) == 2) {
            acceptAll();
            end(a, servers, &serverCount, n);
            printf("%d\n", serverCount);
        } else if (!strncmp(line, "accept", 6)) {
            acceptAll();
            printf("%d\n", serverCount);
        } else if (!strncmp(line, "states", 6))
            states();
        else if (sscanf(line, "counter %127s", a) == 1)
            counter(a);
        else if (sscanf(line, "sleep %d", &n) == 1) {
            struct timespec t = {n / 1000, n % 1000 * 1000000L};
            nanosleep(&t, 0);
            printf("0\n");
        } else
            printf("what: %s", line);
        fclose(stdout);
        stdout = told;
        printf("%ld %ld %s", begun, now(), answer);
        fflush(stdout);
        free(answer);
    }
    return 0;
}
