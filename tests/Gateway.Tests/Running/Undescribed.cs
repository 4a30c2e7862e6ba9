using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;

namespace Rollcall.Running;

/// <summary>Marks every answer that its endpoint does not describe; <see cref="ContractChecks"/> fails by it, in whichever test it comes.</summary>
internal sealed class Undescribed : IStartupFilter
{
    public const string Header = "Undescribed";

    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.Use((context, rest) =>
        {
            context.Response.OnStarting(() =>
            {
                var described = context.GetEndpoint()?.Metadata.GetOrderedMetadata<IProducesResponseTypeMetadata>() ?? [];
                if (described.Count > 0 && described.All(answer => answer.StatusCode != context.Response.StatusCode))
                {
                    context.Response.Headers[Header] = context.Response.StatusCode.ToString(CultureInfo.InvariantCulture);
                }

                return Task.CompletedTask;
            });
            return rest(context);
        });
        next(app);
    };
}
