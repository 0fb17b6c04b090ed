import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { at, call, client, useChange } from '../../api'
import type { components } from '../../schema'

type Schemas = components['schemas']
export type Rule = Schemas['ReplyRule']
export type Answer = Schemas['ReplyAnswer']
export type AnswerKind = Answer['kind']
export type RuleKind = Schemas['ReplyKind']
export type RuleHow = Schemas['ReplyHow']
export type NewRule = Schemas['NewReplyRule']
export type OpenSpan = Schemas['OpenSpan']
export type Menu = Schemas['Menu']
export type Button = Schemas['MenuButton']
export type Entry = Schemas['Entry']
export type TrialAnswer = Schemas['TrialAnswer']
export type Book = { channels: { id: string; kind: 'official' | 'miniprogram'; app_id: string }[]; rules: Rule[] }
export type Account = Book['channels'][number]

const keys = { book: (channel: string) => ['replies', channel], menu: ['menu'], hours: ['hours'], entries: ['entries', 'choice'] } as const

/** useBook reads the accounts and the rules of one; "" is the first account. */
export function useBook(channel: string) {
  return useQuery({
    queryKey: keys.book(channel),
    queryFn: (): Promise<Book> => call(client.GET('/api/console/v1/replies', { params: { query: channel ? { channel } : {} } })),
  })
}

export const useAddRule = () =>
  useChange((rule: NewRule) => call(client.POST('/api/console/v1/replies', { body: rule })))

export const useChangeRule = () =>
  useChange((v: { id: string; change: Schemas['ReplyRuleChange'] }) =>
    call(client.PATCH('/api/console/v1/replies/{id}', { ...at(v.id), body: v.change })))

export const useDeleteRule = () =>
  useChange((id: string) => call(client.DELETE('/api/console/v1/replies/{id}', at(id))))

export const useOrder = () =>
  useChange((v: { channel: string; order: string[] }) =>
    call(client.PUT('/api/console/v1/replies/order', { body: { channel_id: v.channel, order: v.order } })))

export type Trial = { channel_id: string; event?: string; text?: string; key?: string; entry?: string; lang?: 'zh-Hans' | 'zh-Hant' | 'en'; at?: number }

/** useTry asks what would be answered; it changes nothing, so nothing on show is asked for again. */
export const useTry = () =>
  useMutation({ mutationFn: (trial: Trial) => call(client.POST('/api/console/v1/replies/try', { body: trial })) })

export function useHours() {
  return useQuery({ queryKey: keys.hours, queryFn: () => call(client.GET('/api/console/v1/opening-hours')) })
}

export const useSetHours = () =>
  useChange((hours: OpenSpan[]) => call(client.PUT('/api/console/v1/opening-hours', { body: { hours } })))

/** useEntries lists the newest entries, for choosing one. */
export function useEntries() {
  return useQuery({
    queryKey: keys.entries,
    staleTime: 30_000,
    queryFn: async () => (await call(client.GET('/api/console/v1/entries', { params: { query: { limit: 200 } } }))).entries,
  })
}

/** useUpload gives WeChat a picture to keep. */
export const useUpload = () =>
  useMutation({
    mutationFn: (file: File) =>
      call(client.POST('/api/console/v1/pictures', {
        body: file as unknown as string, // the schema knows no other type for bytes
        bodySerializer: (body: unknown) => body as Blob,
        headers: { 'Content-Type': file.type || 'application/octet-stream' },
      })),
  })

/** useMenu reads the menu. The server asks WeChat each time, so it is not asked for again just because a moment passed. */
export function useMenu(enabled = true) {
  return useQuery({
    queryKey: keys.menu, enabled, staleTime: 60_000, refetchOnWindowFocus: false,
    queryFn: (): Promise<Menu> => call(client.GET('/api/console/v1/menu')),
  })
}

/** useMenuAct is an action that answers with the menu as it is then. */
function useMenuAct<V>(act: (vars: V) => Promise<Menu>) {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: act,
    onSuccess: (menu) => {
      queries.setQueryData(keys.menu, menu)
      void queries.invalidateQueries({ queryKey: ['menu-revisions'] })
    },
  })
}

export const useSaveMenu = () =>
  useMenuAct((v: { base: number; buttons: Button[] }) =>
    call(client.PUT('/api/console/v1/menu', { body: { base_rev: v.base, buttons: v.buttons } })))

export const useRestoreMenu = () =>
  useMenuAct((v: { base: number; rev: number }) =>
    call(client.POST('/api/console/v1/menu/restore', { body: { base_rev: v.base, rev: v.rev } })))

export const usePublishMenu = () =>
  useMenuAct((v: { rev: number; digest: string }) =>
    call(client.POST('/api/console/v1/menu/publish', { body: { rev: v.rev, base_digest: v.digest } })))

const page = 10

export function useRevisions() {
  return useInfiniteQuery({
    queryKey: ['menu-revisions'],
    initialPageParam: 0,
    queryFn: async ({ pageParam }) =>
      (await call(client.GET('/api/console/v1/menu/revisions', { params: { query: { limit: page, ...(pageParam ? { before: pageParam } : {}) } } }))).revisions,
    getNextPageParam: (last) => (last.length < page ? undefined : last.at(-1)?.draft.rev),
  })
}
