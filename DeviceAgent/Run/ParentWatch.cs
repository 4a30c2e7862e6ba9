namespace Rollcall.DeviceAgent.Run;

/// <summary>
/// A child of another program ends with it: the pipe at standard input closes however the parent ended, by kill -9 too.
/// No goodbye: the parent that has ended would have received it.
/// </summary>
internal static class ParentWatch
{
    public static void Begin() => new Thread(Watch) { IsBackground = true, Name = "parent watch" }.Start();

    private static void Watch()
    {
        try
        {
            using var input = Console.OpenStandardInput();
            Span<byte> unread = stackalloc byte[256];
            while (input.Read(unread) > 0)
            {
            }
        }
        catch (IOException)
        {
            // As good as closed.
        }

        Environment.Exit(0);
    }
}
