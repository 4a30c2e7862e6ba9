using System.IO.Compression;
using System.Security.Cryptography;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace Rollcall.Http.Reference;

/// <summary>A public document. It is compressed once, has an ETag of its content, and is never copied whole for a reader.</summary>
internal sealed class Publication
{
    private const string Identity = "identity";
    private const int BrotliQuality = 6;

    /// <summary>In the order of our preference: of codings with equal quality the first is used. Identity is the last.</summary>
    private readonly Form[] _forms;

    private readonly string _contentType;

    public Publication(byte[] bytes, string contentType)
    {
        _contentType = contentType;
        var name = Convert.ToHexStringLower(SHA256.HashData(bytes).AsSpan(0, 16));
        Form[] compressed =
        [
            new("br", Compress(bytes, to => new BrotliStream(to, new BrotliCompressionOptions { Quality = BrotliQuality })), $"\"{name}-br\""),
            new("gzip", Compress(bytes, to => new GZipStream(to, CompressionLevel.Optimal)), $"\"{name}-gzip\""),
        ];
        _forms = [.. compressed.Where(form => form.Bytes.Length < bytes.Length), new Form(Identity, bytes, $"\"{name}\"")];
    }

    /// <summary>Answers a GET or HEAD in the coding that the client prefers, or 304 when the client has it already.</summary>
    public Task WriteAsync(HttpContext context)
    {
        var (request, response) = (context.Request, context.Response);
        var form = Choose(request.Headers.AcceptEncoding);

        // It changes with the program: a browser must ask before it uses its cache.
        response.Headers.CacheControl = "no-cache";
        response.Headers.Append(HeaderNames.Vary, HeaderNames.AcceptEncoding);
        response.Headers.ETag = form.Tag;
        if (form.IsKnown(request.Headers.IfNoneMatch))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return Task.CompletedTask;
        }

        response.ContentType = _contentType;
        response.ContentLength = form.Bytes.Length;
        if (form.Coding != Identity)
        {
            response.Headers.ContentEncoding = form.Coding;
        }

        return HttpMethods.IsHead(request.Method) ? Task.CompletedTask : Pieces.WriteAsync(context, form.Bytes);
    }

    private Form Choose(StringValues header)
    {
        if (!StringWithQualityHeaderValue.TryParseList(header, out var accepted))
        {
            return _forms[^1];
        }

        var (best, highest) = (_forms[^1], 0.0);
        foreach (var form in _forms)
        {
            if (QualityOf(accepted, form.Coding) is var quality && quality > highest)
            {
                (best, highest) = (form, quality);
            }
        }

        return best;
    }

    /// <summary>The quality of a coding, from 0 (not accepted) to 1. Identity is accepted last, unless the client excludes it.</summary>
    private static double QualityOf(IList<StringWithQualityHeaderValue> accepted, string coding)
    {
        double? others = null;
        foreach (var one in accepted)
        {
            if (one.Value.Equals(coding, StringComparison.OrdinalIgnoreCase))
            {
                return one.Quality ?? 1;
            }

            if (one.Value == "*")
            {
                others = one.Quality ?? 1;
            }
        }

        return others ?? (coding == Identity ? double.Epsilon : 0);
    }

    private static byte[] Compress(byte[] bytes, Func<Stream, Stream> by)
    {
        using var compressed = new MemoryStream();
        using (var stream = by(compressed))
        {
            stream.Write(bytes);
        }

        return compressed.ToArray();
    }

    /// <summary>The document in one coding. Each has a tag of its own: they are different bytes.</summary>
    private sealed record Form(string Coding, byte[] Bytes, string Tag)
    {
        /// <summary>Whether the client has it. A proxy may have made the tag weak, or appended its own coding.</summary>
        public bool IsKnown(StringValues known) =>
            known.Count > 0
            && EntityTagHeaderValue.TryParseList(known, out var tags)
            && tags.Any(one => one.Equals(EntityTagHeaderValue.Any) || one.Tag == Tag || IsSuffixed(one.Tag));

        private bool IsSuffixed(StringSegment tag) =>
            tag.Length > Tag.Length && tag[Tag.Length - 1] is '-' or ';' && tag.StartsWith(Tag[..^1], StringComparison.Ordinal);
    }
}
