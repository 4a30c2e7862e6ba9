using Microsoft.AspNetCore.Components.Web;
using Microsoft.AspNetCore.Components.WebAssembly.Hosting;
using Rollcall.Portal.Devices;
using Rollcall.Portal.Fleet;
using Rollcall.Portal.Shell;
using Rollcall.Portal.SignIn;

var builder = WebAssemblyHostBuilder.CreateDefault(args);
builder.RootComponents.Add<App>("#app");
builder.RootComponents.Add<HeadOutlet>("head::after");
builder.Services
    .AddSingleton(TimeProvider.System)
    .AddSingleton(new HttpClient { BaseAddress = new Uri(builder.HostEnvironment.BaseAddress) })
    .AddSingleton<Browser>()
    .AddSingleton<ServerClock>()
    .AddSingleton<Ticker>()
    .AddSingleton<Announcer>()
    .AddSingleton<UserSession>()
    .AddSingleton<CustomerApi>()
    .AddSingleton<FleetState>()
    .AddSingleton<FleetConnection>();
var host = builder.Build();
host.Services.GetRequiredService<Ticker>().Start();
host.Services.GetRequiredService<UserSession>().Open();
await host.RunAsync();
