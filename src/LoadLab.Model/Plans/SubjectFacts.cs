namespace LoadLab.Model;

/// <summary>What was seen of an external server when it was started once in a throw-away sandbox, so that predictions can be made for it.</summary>
/// <param name="LiveBacklog">The live backlog of its listener: what it gave to listen(), clamped by the sandbox's somaxconn (sock_diag, idiag_wqueue).</param>
/// <param name="Listeners">How many listeners share the port.</param>
/// <param name="Processes">How many processes it has.</param>
public sealed record SubjectFacts(int LiveBacklog, int Listeners, int Processes);
