// A device on an ESP32 with its Arduino core: signs in, beats at the server's pace, does commands; no failure ever ends its beats.
// WiFi, HTTPClient and cJSON come with the core. Our tests compile and run it on a PC against stub/, never on a board.
#include <WiFi.h>
#include <HTTPClient.h>
#include <cJSON.h>
#ifndef API_URL // Fill these in, or pass them to the compiler.
#define API_URL "http://192.168.0.10:3001"
#define DEVICE_ID "test-device-001"
#define DEVICE_SECRET "test-secret-12345"
#endif

String token; int failures = 0; bool fresh = false; // No beat was good since the sign-in.
unsigned long signedIn = 0, renewAfter = 0; // Milliseconds: millis() starts again after 49 days, a difference does not mind.

double chance() { return esp_random() / 4294967296.0; }
String text(const cJSON *object, const char *name) { const char *value = cJSON_GetStringValue(cJSON_GetObjectItem(object, name)); return value ? value : ""; }

// The answer, to be freed; its status, below 0: none came; the seconds that the server asks for.
cJSON *call(const String &path, const String &body, int &status, long &least) {
  HTTPClient http; const char *wanted[] = {"Retry-After"};
  http.setTimeout(10000); http.collectHeaders(wanted, 1);
  http.begin(String(API_URL "/api/v1/device/") + path); // https: begin(url, certificate of the authority).
  http.addHeader("Content-Type", "application/json");
  if (token.length() > 0) http.addHeader("X-Device-Session", token);
  status = http.POST(body);
  least = http.header("Retry-After").toInt();
  cJSON *answer = status > 0 ? cJSON_Parse(http.getString().c_str()) : NULL;
  http.end();
  return answer;
}

// Done at once: the result says that it has arrived, too. Without an answer it comes again: what must not be done twice notes its id first.
void report(const cJSON *command) {
  char *parameters = cJSON_PrintUnformatted(cJSON_GetObjectItem(command, "parameters"));
  String result = String("{\"status\":\"completed\",\"result\":") + (parameters ? parameters : "null") + "}";
  cJSON_free(parameters);
  int status; long least;
  cJSON_Delete(call("commands/" + text(command, "id") + "/result", text(command, "command") == "echo" ? result : "{\"status\":\"failed\",\"error\":\"unsupported\"}", status, least));
}

void setup() { Serial.begin(115200); WiFi.setAutoReconnect(true); WiFi.begin("network", "password"); }

void loop() {
  int status = -1; long least = 0; double wait = 0; cJSON *answer = NULL;
  if (token.length() == 0 || millis() - signedIn > renewAfter) {
    answer = call("auth", "{\"deviceId\":\"" DEVICE_ID "\",\"deviceSecret\":\"" DEVICE_SECRET "\"}", status, least);
    if (status == 200) { fresh = true; token = text(answer, "token"); signedIn = millis(); renewAfter = cJSON_GetNumberValue(cJSON_GetObjectItem(answer, "expiresIn")) * (700 + 200 * chance()); }
  }
  if (token.length() > 0) { cJSON_Delete(answer); answer = call("heartbeat", "{\"status\":\"healthy\",\"metrics\":{\"cpu\":12.5}}", status, least); }
  String code = text(answer, "code"); cJSON *command;
  if (answer && (status == 200 || status == 202)) { // 202: heard, and stored when the server's store is back.
    failures = 0; fresh = false; wait = cJSON_GetNumberValue(cJSON_GetObjectItem(answer, "nextHeartbeat")) / 1000;
    cJSON_ArrayForEach(command, cJSON_GetObjectItem(answer, "commands")) report(command);
  } else if (code == "SESSION_SUPERSEDED" || code == "INVALID_CREDENTIALS" || status == 403) { token = ""; wait = 300 + 60 * chance(); } // Not wanted now.
  else if (code == "INVALID_SESSION" && !fresh) token = ""; // Sign in once at once.
  else if (status == 400 || status == 404 || status == 413 || status == 415) wait = 30; // This one message is bad: drop it, keep beating.
  else { if (status == 401) token = ""; if (failures < 6) failures++; wait = max((double)least, chance() * min(60, 1 << failures)); }
  Serial.printf("%d %s: again in %.1f s\n", status, code.c_str(), wait);
  cJSON_Delete(answer); delay(wait * 1000);
}
