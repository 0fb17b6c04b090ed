import type { Button } from './api'

/** The platform's shape of a menu. */
export const shape = { top: 3, sub: 5 } as const

/** Path is where a button stands: in the first row, or under one of that row. */
export type Path = [top: number] | [top: number, sub: number]

export const pathText = (p: Path) => p.join('.')
export const samePath = (a: Path | undefined, b: Path) => a !== undefined && pathText(a) === pathText(b)

/** pathOf reads 0 or 0.1. */
export function pathOf(text: string): Path | undefined {
  const [top, sub] = text.split('.').map(Number)
  if (top === undefined || Number.isNaN(top)) return undefined
  return sub === undefined || Number.isNaN(sub) ? [top] : [top, sub]
}

/** fieldOf takes apart what the server objects to: buttons.0.1.name. */
export function fieldOf(field: string): { path: Path; name: string } | undefined {
  const found = /^buttons\.(\d+(?:\.\d+)?)\.(\w+)$/.exec(field)
  const path = found?.[1] && pathOf(found[1])
  return path && found?.[2] ? { path, name: found[2] } : undefined
}

/** allButtons lists the buttons of both rows. */
export function allButtons(menu: Button[]): Button[] {
  return menu.flatMap((b) => [b, ...(b.sub_button ?? [])])
}

export function buttonAt(menu: Button[], p: Path): Button | undefined {
  const top = menu[p[0]]
  return p.length === 1 ? top : top?.sub_button?.[p[1]]
}

/** rowOf is the row a button stands in. */
export function rowOf(menu: Button[], p: Path): Button[] {
  return p.length === 1 ? menu : menu[p[0]]?.sub_button ?? []
}

function withRow(menu: Button[], p: Path, row: Button[]): Button[] {
  if (p.length === 1) return row
  return menu.map((b, i) => (i === p[0] ? { ...b, sub_button: row } : b))
}

/** put stores a button in its place. */
export function put(menu: Button[], p: Path, button: Button): Button[] {
  const place = p[p.length - 1]
  return withRow(menu, p, rowOf(menu, p).map((b, i) => (i === place ? button : b)))
}

export function drop(menu: Button[], p: Path): Button[] {
  const place = p[p.length - 1]
  return withRow(menu, p, rowOf(menu, p).filter((_, i) => i !== place))
}

/** add puts a new button behind its row. A button that opens others does nothing else, so its own action goes. */
export function add(menu: Button[], p: Path, button: Button): Button[] {
  if (p.length === 1) return [...menu, button]
  return menu.map((b, i) => (i === p[0] ? { name: b.name, sub_button: [...(b.sub_button ?? []), button] } : b))
}

export function move(menu: Button[], p: Path, by: number): Button[] {
  const row = [...rowOf(menu, p)]
  const from = p[p.length - 1] ?? 0
  row.splice(from + by, 0, ...row.splice(from, 1))
  return withRow(menu, p, row)
}

/** moved is where a button stands after it was moved. */
export function moved(p: Path, by: number): Path {
  return p.length === 1 ? [p[0] + by] : [p[0], p[1] + by]
}

/** newKey names a button to the rules; it is not shown to anybody, so it only has to be another one. */
export function newKey(menu: Button[]): string {
  const used = new Set(allButtons(menu).map((b) => b.key))
  for (let n = 1; ; n++) if (!used.has(`MENU_${n}`)) return `MENU_${n}`
}

/** tidy leaves out what a button of its type does not have. */
export function tidy(menu: Button[]): Button[] {
  return menu.map((b) => {
    const name = b.name.trim()
    if (b.sub_button?.length) return { name, sub_button: tidy(b.sub_button) }
    const out: Button = { name, type: b.type }
    switch (b.type) {
      case 'view': return { ...out, url: b.url?.trim() }
      case 'miniprogram': return { ...out, url: b.url?.trim(), appid: b.appid?.trim(), pagepath: b.pagepath?.trim() }
      case 'media_id': case 'view_limited': return { ...out, media_id: b.media_id }
      case 'article_id': case 'article_view_limited': return { ...out, article_id: b.article_id }
      default: return { ...out, key: b.key }
    }
  })
}

/** Flaw is what a button lacks, by field; whether WeChat takes the rest is the server's to say. */
export type Flaw = { field: 'name' | 'url' | 'appid' | 'pagepath' | 'media_id' | 'article_id'; text: 'need' | 'needUrl' }

export function flawOf(b: Button): Flaw | undefined {
  if (!b.name.trim()) return { field: 'name', text: 'need' }
  if (b.sub_button?.length) return undefined
  if (b.type === 'miniprogram' && !b.appid?.trim()) return { field: 'appid', text: 'need' }
  if (b.type === 'miniprogram' && !b.pagepath?.trim()) return { field: 'pagepath', text: 'need' }
  if ((b.type === 'view' || b.type === 'miniprogram') && !/^https?:\/\/[^/]/.test(b.url?.trim() ?? '')) return { field: 'url', text: 'needUrl' }
  if ((b.type === 'media_id' || b.type === 'view_limited') && !b.media_id) return { field: 'media_id', text: 'need' }
  if (b.type?.startsWith('article') && !b.article_id) return { field: 'article_id', text: 'need' }
  return undefined
}

/** firstWrong is where the first button stands that lacks something. */
export function firstWrong(menu: Button[]): Path | undefined {
  for (const [i, b] of menu.entries()) {
    if (flawOf(b)) return [i]
    for (const [j, s] of (b.sub_button ?? []).entries()) if (flawOf(s)) return [i, j]
  }
  return undefined
}
