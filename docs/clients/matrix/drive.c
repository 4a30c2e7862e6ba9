/* Driver of libwebsockets: drive libwebsockets URL TOKEN header|protocol watch|sleep. */
#include <libwebsockets.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static char **arguments; static time_t end;

static int took(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in, size_t length) {
  (void)user;
  switch (reason) {
    case LWS_CALLBACK_CLIENT_APPEND_HANDSHAKE_HEADER: {
      unsigned char **at = in, *last = *at + length;
      if (!strcmp(arguments[4], "header") && lws_add_http_header_by_name(wsi, (unsigned char *)"X-Device-Session:", (unsigned char *)arguments[3], (int)strlen(arguments[3]), at, last)) return -1;
      break; }
    case LWS_CALLBACK_CLIENT_ESTABLISHED: puts("open"); fflush(stdout); if (!strcmp(arguments[5], "sleep")) end = time(NULL) + 3; break;
    case LWS_CALLBACK_CLIENT_CONNECTION_ERROR: printf("over CLIENT_CONNECTION_ERROR: %.*s\n", in ? (int)length : 0, in ? (char *)in : ""); fflush(stdout); break;
    case LWS_CALLBACK_CLIENT_CLOSED: puts("over CLIENT_CLOSED, without a code"); fflush(stdout); break;
    default: break; }
  return lws_callback_http_dummy(wsi, reason, user, in, length); }

int main(int count, char **a) {
  (void)count; arguments = a; end = time(NULL) + 3600;
  char host[64], path[256]; int port;
  if (sscanf(a[2], "ws://%63[^:]:%d%255s", host, &port, path) != 3) return 2;
  const struct lws_protocols protocols[] = { { "device", took, 0, 4096, 0, NULL, 0 }, { 0 } };
  struct lws_context_creation_info info = { .port = CONTEXT_PORT_NO_LISTEN, .protocols = protocols };
  lws_set_log_level(0, NULL);
  struct lws_context *context = lws_create_context(&info);
  struct lws_client_connect_info to = { .context = context, .address = host, .host = host, .port = port, .path = path, .local_protocol_name = "device",
    .protocol = strcmp(a[4], "protocol") ? NULL : a[3] };
  if (!lws_client_connect_via_info(&to)) puts("over no connection");
  while (time(NULL) < end && lws_service(context, 0) >= 0) { }
  return 0; }
