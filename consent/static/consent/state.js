{
  const { name, oldest, grant, refusal } = document.currentScript.dataset;
  const [, number, decided, answers] =
    document.cookie.match(`(?:^|; )${name}=v1\\.(\\d+)\\.(\\w+)\\.([^.?]+)\\.`) || [];
  const refused = answers == "-";
  const age = Date.now() / 864e5 - parseInt(decided, 36) / (refused ? 1 : 86400);
  document.documentElement.dataset.consentState =
    age > -1 && age < (refused ? refusal : +number >= oldest && grant) ? "decided" : "undecided";
}
