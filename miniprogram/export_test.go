package miniprogram

import "context"

// Look is one run of the job that looks for reminders, under a context that ends whenever the caller wants: the runner lets
// work that has begun come to its end.
func (s *Service) Look(ctx context.Context) error { return s.remind(ctx, Remind{}) }
