/* A device in C with libcurl and cJSON: signs in, beats at the server's pace, does commands; no failure ever ends its beats.
     cc docs/clients/device.c -lcurl -lcjson -o device
     DEVICE_ID=test-device-001 DEVICE_SECRET=test-secret-12345 ./device     (or API_URL=https://...) */
#include <curl/curl.h>
#include <cjson/cJSON.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

static char body[1 << 16], token[4096]; /* An answer of a beat has 64 KiB at most; what is larger counts as none. */
static size_t length; static long status, least; /* Of the last call: 0 for no answer; the seconds that the server asks for. */

static size_t keep(char *data, size_t one, size_t count, void *_) { (void)_;
  if (length + count >= sizeof body) return 0;
  memcpy(body + length, data, count); body[length += count] = 0; return one * count; }
static double chance(void) { unsigned value = 0; if (getrandom(&value, sizeof value, 0) < 0) value = rand(); return value / 4294967296.0; }
static const char *text(const cJSON *object, const char *name) { const char *value = cJSON_GetStringValue(cJSON_GetObjectItem(object, name)); return value ? value : ""; }

static cJSON *call(CURL *curl, const char *path, cJSON *said) { /* Takes the body, and gives the answer, both to be freed by who gets them. */
  static const char *api; if (!api && !(api = getenv("API_URL"))) api = "http://localhost:3001";
  char url[1024], session[4200], *json = cJSON_PrintUnformatted(said); curl_off_t wait = 0;
  snprintf(url, sizeof url, "%s/api/v1/device/%s", api, path); snprintf(session, sizeof session, "X-Device-Session: %s", token);
  struct curl_slist *headers = curl_slist_append(curl_slist_append(NULL, "Content-Type: application/json"), session); /* An empty one is not sent. */
  curl_easy_setopt(curl, CURLOPT_URL, url); curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers); curl_easy_setopt(curl, CURLOPT_POSTFIELDS, json);
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, keep); curl_easy_setopt(curl, CURLOPT_TIMEOUT, 10L); length = 0, status = least = 0;
  if (curl_easy_perform(curl) == CURLE_OK) { curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status); curl_easy_getinfo(curl, CURLINFO_RETRY_AFTER, &wait); least = (long)wait; }
  curl_slist_free_all(headers); free(json); cJSON_Delete(said);
  return status && length ? cJSON_ParseWithLength(body, length) : NULL; }

/* Done at once: the result says that it has arrived, too. Without an answer it comes again: what must not be done twice notes its id first. */
static void report(CURL *curl, const cJSON *command) {
  char path[256]; snprintf(path, sizeof path, "commands/%s/result", text(command, "id"));
  cJSON *said = cJSON_CreateObject(); int echo = !strcmp(text(command, "command"), "echo");
  cJSON_AddStringToObject(said, "status", echo ? "completed" : "failed");
  if (echo) cJSON_AddItemToObject(said, "result", cJSON_Duplicate(cJSON_GetObjectItem(command, "parameters"), 1));
  else cJSON_AddStringToObject(said, "error", "unsupported");
  cJSON_Delete(call(curl, path, said)); }

int main(void) {
  CURL *curl = curl_easy_init(); double renew_at = 0; int failures = 0, fresh = 0; /* fresh: no beat was good since the sign-in. */
  for (;;) {
    cJSON *answer = NULL, *said = cJSON_CreateObject(), *command; double wait = 0; char code[64];
    if (!*token || time(NULL) > renew_at) {
      cJSON_AddStringToObject(said, "deviceId", getenv("DEVICE_ID")); cJSON_AddStringToObject(said, "deviceSecret", getenv("DEVICE_SECRET"));
      answer = call(curl, "auth", said); said = cJSON_CreateObject();
      if (status == 200) { fresh = 1; snprintf(token, sizeof token, "%s", text(answer, "token"));
        renew_at = time(NULL) + cJSON_GetNumberValue(cJSON_GetObjectItem(answer, "expiresIn")) * (0.7 + 0.2 * chance()); } }
    if (*token) { cJSON_Delete(answer); cJSON_AddStringToObject(said, "status", "healthy"); answer = call(curl, "heartbeat", said); } else cJSON_Delete(said);
    long heard = status; snprintf(code, sizeof code, "%s", text(answer, "code"));
    if (answer && (heard == 200 || heard == 202)) { /* 202: heard, and stored when the server's store is back. */
      failures = fresh = 0; wait = cJSON_GetNumberValue(cJSON_GetObjectItem(answer, "nextHeartbeat")) / 1000;
      cJSON_ArrayForEach(command, cJSON_GetObjectItem(answer, "commands")) report(curl, command);
    } else if (!strcmp(code, "SESSION_SUPERSEDED") || !strcmp(code, "INVALID_CREDENTIALS") || heard == 403) { *token = 0; wait = 300 + 60 * chance(); } /* Not wanted now. */
    else if (!strcmp(code, "INVALID_SESSION") && !fresh) *token = 0; /* Sign in once at once. */
    else if (heard == 400 || heard == 404 || heard == 413 || heard == 415) wait = 30; /* This one message is bad: drop it, keep beating. */
    else { if (heard == 401) *token = 0; failures += failures < 6; wait = chance() * (failures < 6 ? 1 << failures : 60); if (wait < least) wait = least; }
    printf("%ld %s: again in %.1f s\n", heard, code, wait); fflush(stdout);
    cJSON_Delete(answer); nanosleep(&(struct timespec){ (time_t)wait, (long)((wait - (time_t)wait) * 1e9) }, NULL); } }
