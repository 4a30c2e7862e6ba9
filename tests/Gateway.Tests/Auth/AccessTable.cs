namespace Rollcall.Auth;

/// <summary>Who may make a call.</summary>
public enum Access { Everybody, Device, Viewer, Operator, Owner }

/// <summary>A call that its rightful caller makes with success.</summary>
/// <param name="Endpoint">As the routes write it.</param>
/// <param name="Path">What follows the device's own path when the endpoint names a device, else the whole path.</param>
/// <param name="Stranger">What another customer's owner gets.</param>
public sealed record AccessRow(string Endpoint, Access Access, int Success, int Stranger = 401, string? Path = null, string? Body = null)
{
    /// <summary>The answer to whoever does not ask for a WebSocket where there is nothing else.</summary>
    public const int NoUpgrade = 426;
}

/// <summary>Every endpoint that there is. A new one must be entered here, with who may call it.</summary>
internal static class AccessTable
{
    public static readonly AccessRow[] Rows =
    [
        new("GET /healthz", Access.Everybody, 200),
        new("GET /readyz", Access.Everybody, 200),
        new("GET /health", Access.Everybody, 200),
        new("GET /version", Access.Everybody, 200),
        new("GET /openapi/v1.json", Access.Everybody, 200),
        new("GET /reference/{documentName?}", Access.Everybody, 200, Path: "/reference/"),
        new("GET /reference/favicon.svg", Access.Everybody, 200),
        new("GET /reference/scalar.js", Access.Everybody, 200),
        new("GET /reference/scalar.aspnetcore.js", Access.Everybody, 200),
        new("POST /api/v1/device/auth", Access.Everybody, 400),
        new("POST /api/v1/device/register", Access.Everybody, 400),
        new("POST /api/v1/device/heartbeat", Access.Device, 200),
        new("DELETE /api/v1/device/session", Access.Device, 204),
        new("POST /api/v1/device/commands/{id}/result", Access.Device, 404, Body: """{"status":"completed"}"""),
        new("GET /api/v1/device/ws", Access.Device, AccessRow.NoUpgrade),
        new("GET /api/v1/customer/devices", Access.Viewer, 200, 200),
        new("POST /api/v1/customer/devices", Access.Owner, 201, 201),
        new("GET /api/v1/customer/devices/{id}", Access.Viewer, 200, 404),
        new("GET /api/v1/customer/devices/{id}/status", Access.Viewer, 200, 404),
        new("PATCH /api/v1/customer/devices/{id}", Access.Owner, 200, 404, Body: """{"name":"changed"}"""),
        new("DELETE /api/v1/customer/devices/{id}", Access.Owner, 204, 404),
        new("DELETE /api/v1/customer/devices/{id}/session", Access.Operator, 204, 404),
        new("POST /api/v1/customer/devices/{id}/secret", Access.Owner, 200, 404),
        new("GET /api/v1/customer/devices/{id}/events", Access.Viewer, 200, 404),
        new("POST /api/v1/customer/devices/{id}/commands", Access.Operator, 202, 404, Body: """{"command":"blink"}"""),
        new("GET /api/v1/customer/devices/{id}/commands", Access.Viewer, 200, 404),
        new("GET /api/v1/customer/devices/{id}/commands/{commandId}", Access.Viewer, 404, 404),
        new("DELETE /api/v1/customer/devices/{id}/commands/{commandId}", Access.Operator, 404, 404),
        new("GET /api/v1/customer/events", Access.Viewer, 200, 200),
        new("POST /api/v1/customer/enrolment-keys", Access.Owner, 201, 201, Body: """{"name":"a key"}"""),
        new("GET /api/v1/customer/enrolment-keys", Access.Owner, 200, 200),
        new("DELETE /api/v1/customer/enrolment-keys/{id}", Access.Owner, 404, 404),
    ];
}
