// AXL, the SOAP interface of a call manager's database: a question in SQL and its rows.
import { elementAt, elementsIn, escapeXml, isXml, readXml, textAt, textOf } from '../common/index.ts'

export function writeSqlQuery(sql: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?>
<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:ns="http://www.cisco.com/AXL/API/8.5"><soapenv:Header/><soapenv:Body><ns:executeSQLQuery><sql>${escapeXml(sql)}</sql></ns:executeSQLQuery></soapenv:Body></soapenv:Envelope>`
}

/** Each row by its columns' names, in small letters. */
export function readSqlRows(
  body: string,
): { readonly rows: readonly Readonly<Record<string, string>>[] } | { readonly fault: string } {
  const root = readXml(body, { mostCharacters: 64_000_000 })
  if (!isXml(root)) return { fault: `${root.fault}, line ${root.at}` }
  const said = elementAt(root, 'Body')
  const fault = said && elementAt(said, 'Fault')
  if (fault) return { fault: textAt(fault, 'faultstring') ?? 'a fault without text' }
  const returned = said && elementAt(said, 'executeSQLQueryResponse', 'return')
  if (!returned) return { fault: 'no executeSQLQueryResponse' }
  return {
    rows: elementsIn(returned, 'row').map((row) =>
      Object.fromEntries(elementsIn(row).map((column) => [column.local.toLowerCase(), textOf(column)])),
    ),
  }
}
