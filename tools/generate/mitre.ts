/** Names of MITRE ATT&CK, as far as rules use them: Kibana's import wants them beside the ids. See https://attack.mitre.org */

export const TACTICS: Readonly<Record<string, string>> = {
  TA0001: "Initial Access",
  TA0002: "Execution",
  TA0005: "Defense Evasion",
  TA0006: "Credential Access",
  TA0007: "Discovery",
  TA0009: "Collection",
  TA0040: "Impact",
};

export const TECHNIQUES: Readonly<Record<string, string>> = {
  "T1059": "Command and Scripting Interpreter",
  "T1078": "Valid Accounts",
  "T1078.004": "Cloud Accounts",
  "T1213": "Data from Information Repositories",
  "T1496": "Resource Hijacking",
  "T1496.004": "Cloud Service Hijacking",
  "T1526": "Cloud Service Discovery",
  "T1552": "Unsecured Credentials",
  "T1562": "Impair Defenses",
  "T1562.001": "Disable or Modify Tools",
  "T1562.008": "Disable or Modify Cloud Logs",
  "T1580": "Cloud Infrastructure Discovery",
};
