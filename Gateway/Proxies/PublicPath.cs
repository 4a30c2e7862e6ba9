namespace Rollcall.Proxies;

/// <summary>The path of PUBLIC_URL in front of ours.</summary>
internal static class PublicPath
{
    /// <summary>Takes the prefix off, when the proxy has not done so; either way links and redirects are made with it.</summary>
    public static void UsePublicPath(this IApplicationBuilder app, PublicUrl url)
    {
        if (url.Path.Length == 0)
        {
            return;
        }

        app.UsePathBase(url.Path);
        app.Use((context, next) =>
        {
            context.Request.PathBase = url.Path;
            return next(context);
        });
    }
}
