using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Rollcall.Running;

public sealed class UndescribedTests
{
    [Theory]
    [InlineData(200, false)]
    [InlineData(418, true)]
    public async Task An_answer_is_marked_that_its_endpoint_does_not_describe(int status, bool marked)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddSingleton<IStartupFilter, Undescribed>();
        await using var app = builder.Build();
        app.MapGet("/", () => Results.StatusCode(status)).Produces(200);
        await app.StartAsync(TestContext.Current.CancellationToken);
        using var client = new HttpClient();
        using var answer = await client.GetAsync(new Uri(app.Urls.First()), TestContext.Current.CancellationToken);
        Assert.Equal(marked, answer.Headers.Contains(Undescribed.Header));
    }
}
