// What an administrator needs to roll settings out: for each application a registry file, a script of `reg add`, and an
// administrative template (ADMX with its texts in ADML), all made from the one list of settings.
import { applicationNames, requirements, type SettingName } from '@openparley/contract'
import { type RegKey, writeReg } from '@openparley/protocols/registry'
import { offered, template, texts } from './admin-template.ts'
import { keysFor } from './registry-values.ts'

interface File {
  readonly name: string
  readonly bytes: Uint8Array
}

export function adminPack(values: Readonly<Record<string, unknown>>, application: string | undefined): File[] {
  const names = application === undefined ? applicationNames : [application]
  return names.flatMap((name) => {
    const folder = name.replace(/[^\w-]+/g, '-')
    const concerns = (setting: string): boolean => !onlyOfOthers(setting, name)
    const keys = keysFor(Object.fromEntries(Object.entries(values).filter(([each]) => concerns(each))), 'policy', [])
    const about = {
      application: name,
      settings: offered.filter(concerns),
      neededFor: (each: SettingName) => neededFor(each, name),
    }
    return [
      { name: `${folder}/parley.reg`, bytes: writeReg(keys) },
      { name: `${folder}/parley.bat`, bytes: text(script(keys, name)) },
      { name: `${folder}/parley-${folder}.admx`, bytes: text(template(about)) },
      { name: `${folder}/en-US/parley-${folder}.adml`, bytes: text(texts(about)) },
    ]
  })
}

/** The features of an application that a setting is needed for. */
function neededFor(setting: string, application: string): string[] {
  return requirements
    .filter(
      (each) =>
        each.applications.some((name) => name === application) && each.settings.flat().some((name) => name === setting),
    )
    .map(({ feature }) => feature)
}

/** What features of other applications alone need is not for this one. */
function onlyOfOthers(setting: string, application: string): boolean {
  return (
    applicationNames.some((name) => neededFor(setting, name).length > 0) &&
    neededFor(setting, application).length === 0 &&
    applicationNames.some((name) => name === application)
  )
}

function text(content: string): Uint8Array {
  return new TextEncoder().encode(content.replaceAll('\n', '\r\n'))
}

function script(keys: readonly RegKey[], application: string): string {
  const lines = keys.flatMap(({ path, values }) =>
    values.flatMap(({ name, data }) => {
      const value =
        data?.type === 'dword'
          ? `REG_DWORD /d ${data.number}`
          : `REG_SZ /d "${argument(data?.type === 'sz' ? data.text : '')}"`
      const place = argument(path.replace('HKEY_CURRENT_USER', 'HKCU'))
      return outsideEscaped(`reg add "${place}" /v "${argument(name)}" /t ${value} /f`)
    }),
  )
  // Values are UTF-8 here; a batch file is read in the console's own code page unless told.
  return ['@echo off', 'chcp 65001 >nul', `rem Policies of Parley for: ${application}`, ...lines, ''].join('\n')
}

/** In a batch file a quotation mark is written with a backslash, and a percent sign twice. */
function argument(value: string): string {
  return value
    .replace(/(\\*)"/g, '$1$1\\"')
    .replace(/\\+$/, '$&$&')
    .replaceAll('%', '%%')
    .replace(/[\r\n]+/g, ' ')
}

/** The shell takes \\" for the end of a quotation, as reg does not: what would then be its own signs is made plain with ^. */
function outsideEscaped(line: string): string {
  let quoted = false
  return line.replace(/["&|<>^()]/g, (sign) => {
    if (sign === '"') quoted = !quoted
    return sign === '"' || quoted ? sign : `^${sign}`
  })
}
