using LoadLab.Model;

namespace LoadLab.Reporting;

/// <summary>A textbook in its folder.</summary>
public static class StoredTextbook
{
    /// <summary>Writes textbook.json and the same for people.</summary>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public static void Write(string folder, TextbookDocument document)
    {
        ResultsFolder.Write(folder, FolderNames.Textbook, document, ModelJson.Indented.TextbookDocument);
        ResultsFolder.Write(folder, FolderNames.TextbookText, TextbookReport.Markdown(document));
    }

    /// <summary>textbook.json of a folder; null and why as half a sentence when there is none that can be read.</summary>
    public static TextbookDocument? TryOpen(string folder, out string? why) =>
        StoredDocument.Read<TextbookDocument>(folder, FolderNames.Textbook, out why);
}
