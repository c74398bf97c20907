using LoadLab.Model;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace LoadLab.Reporting;

/// <summary>
/// Makes visible what is in the text of everything that a console draws, and leaves the console's own escape sequences as they are: see
/// <see cref="VisibleText"/>.
/// </summary>
internal sealed class VisibleRendering : IRenderHook
{
    /// <inheritdoc/>
    public IEnumerable<IRenderable> Process(RenderOptions options, IEnumerable<IRenderable> renderables) => renderables.Select(drawn => new Visible(drawn));

    private sealed class Visible(IRenderable drawn) : IRenderable
    {
        public Measurement Measure(RenderOptions options, int maxWidth) => drawn.Measure(options, maxWidth);

        public IEnumerable<Segment> Render(RenderOptions options, int maxWidth) => drawn.Render(options, maxWidth).Select(Of);

        private static Segment Of(Segment segment) =>
            segment.IsControlCode || VisibleText.IsPlain(segment.Text) ? segment : new Segment(VisibleText.Of(segment.Text), segment.Style);
    }
}
