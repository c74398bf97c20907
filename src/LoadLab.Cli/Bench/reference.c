/* What loadlab bench measures against: the same load in plain C, blocking sockets, one thread each.
 *
 *   reference churn    CLIENT_THREADS ACCEPT_THREADS SECONDS   connect, accept, close by RST; again
 *   reference failures CLIENT_THREADS ACCEPT_THREADS SECONDS   fill an ephemeral range of 1,000 ports, then go on connecting
 *   reference ports    CLIENT_THREADS ACCEPT_THREADS SECONDS   bind and connect each port of the default range once, and hold them all: as many processes as
 *                                                              CLIENT_THREADS says, since a process may not have that many descriptors; nobody accepts
 *
 * Prints events per second; for ports from the moment at which all processes are let go to the last connect. Runs in a network namespace of its
 * own, which it sets up itself (lo up, the range).
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <netinet/in.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { MOST_THREADS = 64, RANGE = 1000, FIRST_PORT = 32768, PORTS = 28232 };

static struct sockaddr_in target;
static int listener;
static volatile int stopping;

static void die(const char *what) {
    fprintf(stderr, "reference: %s: %s\n", what, strerror(errno));
    exit(1);
}

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void loopback_up(void) {
    struct ifreq request = {0};
    int fd = socket(AF_INET, SOCK_DGRAM, 0);
    strcpy(request.ifr_name, "lo");
    if (fd < 0 || ioctl(fd, SIOCGIFFLAGS, &request) < 0) die("SIOCGIFFLAGS");
    request.ifr_flags |= IFF_UP;
    if (ioctl(fd, SIOCSIFFLAGS, &request) < 0) die("SIOCSIFFLAGS");
    close(fd);
}

static void *accept_loop(void *unused) {
    (void)unused;
    while (!stopping) {
        int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
        if (fd >= 0) close(fd);
    }
    return NULL;
}

static void *churn_loop(void *result) {
    struct linger reset = {1, 0};
    long done = 0;
    while (!stopping) {
        int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, IPPROTO_TCP);
        if (fd < 0) die("socket");
        if (connect(fd, (struct sockaddr *)&target, sizeof target) == 0) done++;
        setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
        close(fd);
    }
    *(long *)result = done;
    return NULL;
}

static void *failure_loop(void *result) {
    long done = 0;
    while (!stopping) {
        int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, IPPROTO_TCP);
        if (fd < 0) die("socket");
        if (connect(fd, (struct sockaddr *)&target, sizeof target) < 0) done++;
        close(fd);
    }
    *(long *)result = done;
    return NULL;
}

/* One process's share of the range; when it was done is left in a page that all share. */
static void hold_ports(int first, int step, int go, double *done) {
    struct sockaddr_in from = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    char byte;
    if (read(go, &byte, 1) < 0) die("read");
    for (int port = first; port < PORTS; port += step) {
        int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, IPPROTO_TCP);
        from.sin_port = htons((unsigned short)(FIRST_PORT + port));
        if (fd < 0 || bind(fd, (struct sockaddr *)&from, sizeof from) < 0) die("bind");
        if (connect(fd, (struct sockaddr *)&target, sizeof target) < 0) die("connect");
    }
    *done = now();
    pause();
}

static double ports_per_second(int processes) {
    double *done = mmap(NULL, MOST_THREADS * sizeof(double), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    pid_t children[MOST_THREADS];
    int go[2];
    if (done == MAP_FAILED || pipe(go) < 0) die("pipe");
    for (int i = 0; i < processes; i++) {
        if ((children[i] = fork()) == 0) {
            close(go[1]);
            hold_ports(i, processes, go[0], &done[i]);
        }
    }
    usleep(100000); /* all wait for the word now */
    double start = now(), last = 0;
    close(go[1]);
    for (int i = 0; i < processes; i++) {
        while (*(volatile double *)&done[i] == 0) {
            if (waitpid(children[i], NULL, WNOHANG) != 0) die("a process ended early");
            usleep(1000);
        }
        if (done[i] > last) last = done[i];
    }
    for (int i = 0; i < processes; i++) kill(children[i], SIGKILL);
    return PORTS / (last - start);
}

static void set_sysctl(const char *path, const char *value) {
    FILE *file = fopen(path, "w");
    if (!file || fprintf(file, "%s", value) < 0 || fclose(file)) die(path);
}

static void fill_range(void) {
    char range[32];
    snprintf(range, sizeof range, "20000 %d", 20000 + RANGE - 1);
    set_sysctl("/proc/sys/net/ipv4/ip_local_port_range", range);
    for (int held = 0; held < RANGE; held++) {
        int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, IPPROTO_TCP);
        if (fd < 0 || connect(fd, (struct sockaddr *)&target, sizeof target) < 0) die("filling the range");
    }
}

int main(int count, char **words) {
    if (count != 5) {
        fprintf(stderr, "usage: reference churn|failures|ports CLIENT_THREADS ACCEPT_THREADS SECONDS\n");
        return 2;
    }
    int is_churn = strcmp(words[1], "churn") == 0, is_ports = strcmp(words[1], "ports") == 0, clients = atoi(words[2]), acceptors = atoi(words[3]), one = 1;
    double seconds = atof(words[4]);
    pthread_t thread;
    pthread_t client_threads[MOST_THREADS];
    static long done[MOST_THREADS * 8]; /* a cache line each */
    socklen_t length = sizeof target;

    struct rlimit files;
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);

    loopback_up();
    if (is_ports) set_sysctl("/proc/sys/net/core/somaxconn", "65535");
    target.sin_family = AF_INET;
    target.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    target.sin_port = htons(is_ports ? 9000 : 0); /* outside the range that is to be filled */
    listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, IPPROTO_TCP);
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (listener < 0 || bind(listener, (struct sockaddr *)&target, sizeof target) < 0 || listen(listener, is_ports ? 65535 : 4096) < 0) die("listen");
    getsockname(listener, (struct sockaddr *)&target, &length);
    if (is_ports) {
        printf("%.1f\n", ports_per_second(clients < MOST_THREADS ? clients : MOST_THREADS));
        return 0;
    }
    if (is_churn)
        for (int i = 0; i < acceptors; i++) pthread_create(&thread, NULL, accept_loop, NULL);
    else
        fill_range();

    double start = now();
    for (int i = 0; i < clients && i < MOST_THREADS; i++)
        pthread_create(&client_threads[i], NULL, is_churn ? churn_loop : failure_loop, &done[i * 8]);
    usleep((useconds_t)(seconds * 1e6));
    stopping = 1;
    long sum = 0;
    for (int i = 0; i < clients && i < MOST_THREADS; i++) {
        pthread_join(client_threads[i], NULL);
        sum += done[i * 8];
    }
    printf("%.1f\n", (double)sum / (now() - start));
    fflush(stdout);
    _exit(0);
}
