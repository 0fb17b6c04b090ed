import { QueryCache, QueryClient, MutationCache, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import createClient from 'openapi-fetch'
import { useEffect } from 'react'
import type { paths } from './schema'
import type { Group, Lang, Offer, Session } from './types'

/** A failure as the server tells it; status 0 means that no answer came at all. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    text: string,
    readonly field?: string,
  ) {
    super(text)
  }
}

/** How often the pages of the organiser ask again, in milliseconds. */
export const refresh = 10_000

/** client calls the API; the rooms that are loaded later bring their own hooks and use it too. */
export const client = createClient<paths>()
client.use({
  onRequest({ request }) {
    request.headers.set('Accept-Language', document.documentElement.lang)
    return request
  },
})

type Answer<T> = { data?: T; error?: unknown; response: Response }

/** call waits for an answer and throws what is none as an ApiError. */
export async function call<T>(sent: Promise<Answer<T>>): Promise<T> {
  let answer: Answer<T>
  try {
    answer = await sent
  } catch {
    throw new ApiError(0, 'network', '')
  }
  if (answer.response.ok) return answer.data as T
  const told = (answer.error as { error?: { code?: string; text?: string; field?: string } } | undefined)?.error
  throw new ApiError(answer.response.status, told?.code ?? 'unknown', told?.text ?? '', told?.field)
}

const keys = { session: ['session'], today: ['today'], groups: ['groups'], offers: ['offers'], stop: ['stop'] } as const

/** newQueryClient makes the cache. Whatever answers 401 puts the visitor back before the sign-in. */
export function newQueryClient(): QueryClient {
  const left = (error: unknown) => {
    if (!(error instanceof ApiError) || error.status !== 401) return
    queries.setQueryData(keys.session, null)
  }
  const queries = new QueryClient({
    queryCache: new QueryCache({ onError: left }),
    mutationCache: new MutationCache({ onError: left }),
    defaultOptions: {
      queries: {
        networkMode: 'always',
        retry: (n, error) => n < 1 && error instanceof ApiError && (error.status === 0 || error.status >= 502),
        retryDelay: 600,
        staleTime: 2_000,
      },
      mutations: { networkMode: 'always' },
    },
  })
  return queries
}

/** useSession tells who is signed in; null is nobody. */
export function useSession() {
  return useQuery({
    queryKey: keys.session,
    staleTime: Infinity,
    queryFn: async (): Promise<Session | null> => {
      try {
        return await call(client.GET('/api/console/v1/session'))
      } catch (error) {
        if (error instanceof ApiError && error.status === 401) return null
        throw error
      }
    },
  })
}

export function useSignIn() {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (who: { login: string; password: string }) => call(client.POST('/api/console/v1/session', { body: who })),
    onSuccess: (session) => queries.setQueryData(keys.session, session),
  })
}

export function useSignOut() {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: () => call(client.DELETE('/api/console/v1/session')),
    onSuccess: () => queries.setQueryData(keys.session, null),
  })
}

/**
 * useForgetting drops what the last person saw. The sign-in page calls it: as long as pages stand that show something,
 * dropping it would only make them ask again.
 */
export function useForgetting() {
  const queries = useQueryClient()
  useEffect(() => queries.removeQueries({ predicate: (q) => q.queryKey[0] !== keys.session[0] }), [queries])
}

/** useSaveLang stores the language with the account; that it could not be stored is no reason to bother anybody. */
export function useSaveLang() {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (lang: Lang) => call(client.PATCH('/api/console/v1/session', { body: { lang } })),
    onSuccess: (session) => queries.setQueryData(keys.session, session),
  })
}

export function useToday(enabled = true) {
  return useQuery({
    queryKey: keys.today,
    queryFn: () => call(client.GET('/api/console/v1/today')),
    refetchInterval: refresh,
    enabled,
  })
}

export function useGroups() {
  return useQuery({
    queryKey: keys.groups,
    queryFn: async (): Promise<Group[]> => (await call(client.GET('/api/console/v1/groups'))).groups,
    refetchInterval: refresh,
  })
}

export function useOffers() {
  return useQuery({
    queryKey: keys.offers,
    queryFn: async (): Promise<Offer[]> => (await call(client.GET('/api/console/v1/offers'))).offers,
    refetchInterval: refresh,
  })
}

/**
 * useChange is an action on the server after which everything on show is asked for again. do tells whether it worked:
 * a promise, since the row that was acted on, and with it a callback of its own, may be gone by then. What the action
 * does away with, named by gone, is not asked for once more.
 */
export function useChange<V, T>(act: (vars: V) => Promise<T>, gone?: (vars: V) => readonly string[]) {
  const queries = useQueryClient()
  const change = useMutation({
    mutationFn: act,
    onSettled: (_, error, vars) => {
      const left = error ? undefined : gone?.(vars)
      void queries.invalidateQueries({ predicate: (q) => q.queryKey[0] !== keys.session[0] && !left?.every((part, i) => q.queryKey[i] === part) })
    },
  })
  const { mutateAsync, isPending, error, reset } = change
  return { do: (vars: V) => mutateAsync(vars).then(() => true, () => false), isPending, error, reset }
}

/** newKey is the Idempotency-Key of one thing to be done: sent again under the same key, it is done once. */
export const newKey = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (b) => b.toString(16).padStart(2, '0')).join('')

export const at = (id: string) => ({ params: { path: { id } } })

/** useStopState tells whether everything sponsored is stopped. */
export function useStopState() {
  return useQuery({ queryKey: keys.stop, queryFn: () => call(client.GET('/api/console/v1/stop')), refetchInterval: refresh })
}

/** useStop stops everything that is sponsored; useResume lets it go on. */
export const useStop = () => useChange((note: string) => call(client.POST('/api/console/v1/stop', { body: { note } })))
export const useResume = () => useChange((note: string) => call(client.POST('/api/console/v1/resume', { body: { note } })))

export const useApprove = () =>
  useChange((o: Offer): Promise<Offer> => call(client.POST('/api/console/v1/offers/{id}/approve', { ...at(o.id), body: { rev: o.rev ?? 0 } })))

export const useDecline = () =>
  useChange((v: { id: string; reason: string }): Promise<Offer> =>
    call(client.POST('/api/console/v1/offers/{id}/decline', { ...at(v.id), body: { reason: v.reason } })),
  )
