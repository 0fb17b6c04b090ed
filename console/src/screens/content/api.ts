import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { at, call, client, refresh, useChange } from '../../api'
import type { components } from '../../schema'

type Schemas = components['schemas']
export type Piece = Schemas['Piece']
export type NewPiece = Schemas['NewPiece']
export type Plan = Schemas['PiecePlan']
export type Schedule = Schemas['PieceSchedule']
export type Audience = Schemas['PieceAudience']
export type Attachment = Schemas['PieceAttachment']
export type Picture = Schemas['PiecePicture']
export type Run = Schemas['Run']
export type ZoneTimes = Schemas['ZoneTimes']

const root = 'pieces'
const page = 20

export const usePieces = (state: '' | Piece['state']) =>
  useInfiniteQuery({
    queryKey: [root, 'list', state],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam }) => call(client.GET('/api/console/v1/pieces', { params: { query: { state: state || undefined, after: pageParam, limit: page } } })),
    getNextPageParam: (last) => last.next || undefined,
    refetchInterval: refresh,
  })

export const usePiece = (id: string) =>
  useQuery({ queryKey: [root, 'one', id], queryFn: () => call(client.GET('/api/console/v1/pieces/{id}', at(id))), refetchInterval: refresh })

export const useRuns = (id: string) =>
  useInfiniteQuery({
    queryKey: [root, 'runs', id],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam }) => call(client.GET('/api/console/v1/pieces/{id}/runs', { params: { path: { id }, query: { after: pageParam, limit: page } } })),
    getNextPageParam: (last) => last.next || undefined,
    refetchInterval: refresh,
  })

/** useTimes are the next times of a plan, zone by zone; nothing is asked while there is no schedule in it. */
export const useTimes = (plan: Plan | undefined) =>
  useQuery({
    queryKey: [root, 'times', JSON.stringify(plan)],
    queryFn: async () => (await call(client.POST('/api/console/v1/pieces/times', { body: plan as Plan }))).zones,
    enabled: plan?.schedule != null,
    placeholderData: (before) => before,
    retry: false,
    staleTime: 60_000,
  })

/** useSavePiece writes a draft or changes a piece, and schedules it if that is wanted. */
export const useSavePiece = () =>
  useChange(async (v: { id?: string; ver?: number; piece: NewPiece; schedule: boolean; done: (piece: Piece) => void }) => {
    let saved = v.id
      ? await call(client.PUT('/api/console/v1/pieces/{id}', { ...at(v.id), body: { ...v.piece, ver: v.ver ?? 0 } }))
      : await call(client.POST('/api/console/v1/pieces', { body: v.piece }))
    // It is written now: if it cannot be scheduled its page says why.
    if (v.schedule && saved.lint.length === 0) {
      saved = await call(client.POST('/api/console/v1/pieces/{id}/schedule', { ...at(saved.id), body: { ver: saved.ver } }))
    }
    v.done(saved)
  })

/** useSteer schedules, pauses, resumes or ends a piece. */
export const useSteer = () =>
  useChange((v: { piece: Piece; to: 'schedule' | 'pause' | 'resume' | 'end' }) =>
    call(client.POST(`/api/console/v1/pieces/{id}/${v.to}`, { ...at(v.piece.id), body: { ver: v.piece.ver } })))

export const useDeletePiece = () => useChange((id: string) => call(client.DELETE('/api/console/v1/pieces/{id}', at(id))))

/** usePostNow hands a piece over at once; the key makes a second tap the same as the first. */
export const usePostNow = () =>
  useChange((v: { id: string; groups?: string[]; key: string }) =>
    call(client.POST('/api/console/v1/pieces/{id}/post-now', {
      params: { path: { id: v.id }, header: { 'Idempotency-Key': v.key } }, body: { groups: v.groups },
    })))

/** addPicture keeps a picture for pieces. */
export const addPicture = (file: File): Promise<Picture> =>
  call(client.POST('/api/console/v1/pieces/pictures', {
    body: file as unknown as string, bodySerializer: (body: unknown) => body as File, headers: { 'Content-Type': file.type },
  } as never) as Promise<{ data?: Picture; error?: unknown; response: Response }>)
