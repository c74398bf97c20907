using LoadLab.Model;

namespace LoadLab.Lab.Tests;

public sealed class SandboxCatalogTests
{
    [Fact]
    public void EachKindHasASandboxOfThatKind()
    {
        Assert.Empty(Enum.GetValues<SandboxKind>().Except(SandboxCatalog.Kinds)
            .Select(kind => $"{kind} has a row in SandboxTraits, but no file in src/LoadLab.Lab/Sandboxes adds a sandbox of this kind to SandboxCatalog"));
        Assert.All(SandboxCatalog.Kinds, kind => Assert.Equal(kind, SandboxCatalog.Create(kind).Kind));
    }
}
