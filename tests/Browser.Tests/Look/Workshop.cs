using System.Net.Http.Headers;
using System.Net.Http.Json;

namespace Rollcall.Look;

/// <summary>A fleet in which everything occurs that a row can show.</summary>
internal sealed class Workshop : IDisposable
{
    private static readonly string[] Names = ["Press line 1", "Press line 2", "Cooling tower", "Packaging robot", "Gate camera"];
    private readonly List<HandDevice> _devices = [];
    private readonly HttpClient _owner;

    private Workshop(Uri gateway) => _owner = new HttpClient
    {
        BaseAddress = new Uri(gateway, "api/v1/customer/devices/"),
        DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", PortalToken.Of("owner")) },
    };

    public static async Task<Workshop> InAsync(Uri gateway)
    {
        var workshop = new Workshop(gateway);
        for (var index = 0; index < Names.Length; index++)
        {
            await workshop.PatchAsync($"demo-{index + 1:00000}", new { name = Names[index], location = "Hall 1" });
        }

        await workshop.AddAsync(gateway, "meter-basement-01", "Power meter", device => device.GoodbyeAsync());
        await workshop.AddAsync(gateway, "oven-02", "Drying oven", device => device.BeatAsync(cpu: 93, memory: 85, status: "degraded"));
        await workshop.AddAsync(gateway, "pump-07", "Feed pump 7", device => workshop.PatchAsync(device.Id, new { mode = "maintenance" }));
        await workshop.AddAsync(gateway, "a-name-without-end.of-a-device:that-nobody-shortened-before-it-was-given", null,
            device => device.BeatAsync());
        return workshop;
    }

    public Task PatchAsync(string id, object patch) => SendAsync(new(HttpMethod.Patch, Uri.EscapeDataString(id))
    {
        Content = JsonContent.Create(patch, new MediaTypeHeaderValue("application/merge-patch+json")),
    });

    public Task RemoveAsync(string id) => SendAsync(new(HttpMethod.Delete, Uri.EscapeDataString(id)));

    public void Dispose()
    {
        _devices.ForEach(device => device.Dispose());
        _owner.Dispose();
    }

    private async Task AddAsync(Uri gateway, string id, string? name, Func<HandDevice, Task> then)
    {
        var device = await HandDevice.AddAsync(gateway, id, name);
        _devices.Add(device);
        await device.BeatAsync(cpu: 41, memory: 52);
        await then(device);
    }

    private async Task SendAsync(HttpRequestMessage request)
    {
        using (request)
        {
            using var answer = await _owner.SendAsync(request);
            Assert.True(answer.IsSuccessStatusCode, $"{request.RequestUri}: {answer.StatusCode}");
        }
    }
}
