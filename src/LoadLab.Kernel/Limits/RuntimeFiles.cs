using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace LoadLab.Kernel;

/// <summary>The files that the runtime keeps open: two descriptors for each assembly that it has loaded.</summary>
/// <remarks>
/// An assembly is loaded when the just-in-time compiler first meets it, which may be a background recompilation of a method that has become hot: at
/// any moment of a run. At the fd limit
/// it could not be opened, and below it two connections fewer would fit than were counted. A program compiled to native code loads none.
/// </remarks>
public static class RuntimeFiles
{
    /// <summary>
    /// Loads what the assemblies that are loaded refer to of the runtime's own; what the program's other verbs need (hosting, exporters) is left out.
    /// </summary>
    [UnconditionalSuppressMessage("Trimming", "IL2026", Justification = "what was trimmed away nobody refers to any more, and native code has no assemblies")]
    public static void OpenAll()
    {
        if (!RuntimeFeature.IsDynamicCodeSupported)
        {
            return;
        }

        var program = Assembly.GetEntryAssembly();
        foreach (var name in AppDomain.CurrentDomain.GetAssemblies().Where(assembly => assembly != program && !assembly.IsDynamic).SelectMany(
            assembly => assembly.GetReferencedAssemblies()).DistinctBy(name => name.Name)
            .Where(name => name.Name!.StartsWith("System.", StringComparison.Ordinal)).ToList())
        {
            try
            {
                _ = Assembly.Load(name);
            }
            catch (FileNotFoundException)
            {
                // Referred to and not shipped: then nobody can meet it either.
            }
        }
    }
}
