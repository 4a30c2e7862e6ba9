using Rollcall.Support.Processes;

namespace Rollcall.Support.Rolls;

public static class InstallationRoll
{
    extension(Installation place)
    {
        /// <summary>The gateway's file, read past it.</summary>
        public RollFile Roll => new(Path.Combine(place.Folder, "rollcall.db"));
    }
}
